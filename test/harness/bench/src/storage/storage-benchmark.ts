import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3 } from '@aws-sdk/client-s3';
import { removePrefix } from '@millrace/storage';
import type { Sink, SinkConfig } from '@millrace/storage';
import { interleaveAsync, median } from '../interleave.js';
import type { Candidate } from '../interleave.js';
import { rounded } from '../rounded.js';
import { blocksOf, copyBare, writeBare } from './bare-file.js';
import { downloadBare, uploadBare } from './bare-s3.js';
import { storeAt } from './compose.js';

export interface StorageArguments {
  readonly bytes: number;
  readonly rounds: number;
  /** Where files and folders are made; default: the temporary folder. */
  readonly folder?: string;
  readonly bucket?: string;
  readonly endpoint?: string;
}

type Seconds = Candidate<Promise<number>>;

/** Times of a file's way into a store and out of it, in turns with plain loops over the same bytes. */
export async function measureStorage(
  { bytes, rounds, folder = tmpdir(), bucket, endpoint }: StorageArguments,
  { signal, report }: { readonly signal: AbortSignal; report(line: string): void },
): Promise<object> {
  const root = await mkdtemp(join(folder, 'millrace-storage-bench-'));
  try {
    const file = join(root, 'content');
    await fill(file, bytes);
    report(`${rounds} rounds of ${bytes} bytes`);
    const stores: readonly (readonly [string, SinkConfig])[] = [
      ['folder', { kind: 'file', root: join(root, 'store') }],
      ...(bucket === undefined ? [] : [['s3', s3Config(bucket, endpoint)] as const]),
    ];
    const results: Record<string, object> = {};
    for (const [name, config] of stores) {
      results[name] = await measureStore(config, { file, root, bytes, rounds, signal });
    }
    return { bytes, rounds, ...results };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function s3Config(bucket: string, endpoint: string | undefined): SinkConfig & { readonly kind: 's3' } {
  const prefix = `millrace-bench/${randomUUID()}/`;
  return { kind: 's3', bucket, prefix, ...(endpoint === undefined ? {} : { endpoint }) };
}

/** Random bytes: no store and no disk makes them smaller. */
async function fill(path: string, bytes: number): Promise<void> {
  await using file = await open(path, 'wx');
  for (let left = bytes; left > 0;) {
    const block = randomBytes(Math.min(left, 1 << 20));
    await file.write(block);
    left -= block.length;
  }
  await file.sync();
}

interface Way {
  readonly file: string;
  readonly root: string;
  readonly bytes: number;
  readonly rounds: number;
  readonly signal: AbortSignal;
}

async function measureStore(config: SinkConfig, way: Way): Promise<object> {
  const sink = storeAt(config);
  try {
    return {
      upload: await compare(uploads(config, sink, way), way),
      download: await compare(await downloads(config, sink, way), way),
    };
  } finally {
    await removePrefix(sink, '');
  }
}

function uploads(config: SinkConfig, sink: Sink, { file, root }: Way): readonly Seconds[] {
  const bare: () => Promise<() => Promise<unknown>> =
    config.kind === 'file'
      ? async () => {
          const to = join(root, randomUUID());
          await copyBare(file, to);
          return () => rm(to);
        }
      : async () => {
          const key = randomUUID();
          await uploadBare(await plainClient(config), objectOf(config, key), file);
          return () => sink.remove([key]);
        };
  const ours = async () => {
    const key = `t/${randomUUID()}`;
    await using upload = await sink.open(key);
    for await (const block of blocksOf(file)) await upload.write(block);
    await upload.commit();
    return () => sink.remove([key]);
  };
  return [timed('bare', bare), timed('ours', ours)];
}

async function downloads(config: SinkConfig, sink: Sink, { file, root }: Way): Promise<readonly Seconds[]> {
  const key = `t/${randomUUID()}`;
  {
    await using upload = await sink.open(key);
    for await (const block of blocksOf(file)) await upload.write(block);
    await upload.commit();
  }
  const into = (download: (to: string) => Promise<unknown>) => async () => {
    const to = join(root, randomUUID());
    await download(to);
    return () => rm(to);
  };
  const bare =
    config.kind === 'file'
      ? into((to) => copyBare(file, to))
      : into(async (to) => downloadBare(await plainClient(config), objectOf(config, key), to));
  return [
    timed('bare', bare),
    timed(
      'ours',
      into((to) => writeBare(sink.stream(key), to)),
    ),
  ];
}

/** @param run returns what makes room again, outside of the time */
function timed(name: string, run: () => Promise<() => Promise<unknown>>): Seconds {
  return {
    name,
    async run() {
      const begun = performance.now();
      const clear = await run();
      const seconds = (performance.now() - begun) / 1000;
      await clear();
      return seconds;
    },
  };
}

async function compare(candidates: readonly Seconds[], { bytes, rounds, signal }: Way): Promise<object> {
  signal.throwIfAborted();
  const times = await interleaveAsync(candidates, rounds);
  const speedOf = (name: string) => bytes / 1e6 / median(times.get(name) ?? []);
  const [bare, ours] = [speedOf('bare'), speedOf('ours')];
  return { bareMbPerSecond: rounded(bare), mbPerSecond: rounded(ours), toBare: rounded(ours / bare) };
}

type S3Config = SinkConfig & { readonly kind: 's3' };

function objectOf({ bucket, prefix = '' }: S3Config, key: string): { Bucket: string; Key: string } {
  return { Bucket: bucket, Key: prefix + key };
}

let client: Promise<S3> | undefined;

/** The SDK with its own settings, except what a server of another kind needs. */
function plainClient({ endpoint }: S3Config): Promise<S3> {
  client ??= import('@aws-sdk/client-s3').then(
    ({ S3: Client }) =>
      new Client(
        endpoint === undefined
          ? {}
          : {
              endpoint,
              region: 'us-east-1',
              forcePathStyle: true,
              requestChecksumCalculation: 'WHEN_REQUIRED',
            },
      ),
  );
  return client;
}
