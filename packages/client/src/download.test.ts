import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { downloadExport } from './download.js';
import { FolderInUseError } from './errors.js';
import type { OutputFile } from './manifest.js';
import { otherParts } from './other-parts.js';
import { manifestOf, sha256 } from './testing/table-manifest.js';
import { createVirtualClock } from './testing/virtual-clock.js';

let server: Server;
let origin: string;
let folder: string;
let requests: number;
let isDown: boolean;
/** Answers in place of the small file. */
let respond: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

beforeEach(async () => {
  requests = 0;
  isDown = false;
  respond = undefined;
  server = createServer((request, response) => {
    requests += 1;
    if (respond !== undefined) respond(request, response);
    else if (isDown) response.writeHead(503).end();
    else response.end('a\n1\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP always gives an AddressInfo.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'millrace-download-'));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

describe('a download of tables', () => {
  test('a failure that may pass is tried again for ten minutes', async () => {
    isDown = true;
    const file = { url: `${origin}/f/1`, rows: 0, bytes: 2, sha256: undefined };
    const clock = createVirtualClock();
    const start = clock.now();
    const failed = downloadExport(manifestOf(file), folder, { format: 'csv', clock });
    await expect(failed).rejects.toThrow('503');
    expect(clock.now() - start).toBeGreaterThan(8 * 60_000);
    expect(clock.now() - start).toBeLessThanOrEqual(10 * 60_000);
    expect(await readdir(folder)).toEqual([]);
  });

  test('files of partitions are in folders that name them, as engines read them', async () => {
    const of = (n: number, partition: string): OutputFile => {
      return { url: `${origin}/f/${n}`, rows: 1, bytes: 4, sha256: sha256('a\n1\n'), partition };
    };
    const manifest = manifestOf(
      of(1, 'sex=male'),
      of(2, 'sex=__HIVE_DEFAULT_PARTITION__'),
      of(3, 'sex=male'),
    );
    const files = await downloadExport(manifest, folder, { format: 'csv' });
    expect(files.map(({ path }) => path)).toEqual([
      join(folder, 'patients', 'sex=male', 'patients.part1.csv'),
      join(folder, 'patients', 'sex=__HIVE_DEFAULT_PARTITION__', 'patients.part2.csv'),
      join(folder, 'patients', 'sex=male', 'patients.part3.csv'),
    ]);
    const left = join(folder, 'patients', 'sex=male', 'patients.part9.csv');
    await writeFile(left, 'a\n');
    expect(await otherParts(folder, files)).toEqual([left]);
  });

  test.each(['sex=a/../../x', '../sex=a', 'sex', 'sex=', 'sex=a\\b', 'sex=a\nb'])(
    'a partition that is no path of one is refused: %j',
    async (partition) => {
      const file = { url: `${origin}/f/1`, rows: 1, bytes: 4, sha256: sha256('a\n1\n'), partition };
      await expect(downloadExport(manifestOf(file), folder, { format: 'csv' })).rejects.toThrow();
      expect(requests).toBe(0);
    },
  );

  test('a file that is there already, as the manifest states it, is not fetched again', async () => {
    const file = { url: `${origin}/f/1`, rows: 1, bytes: 4, sha256: sha256('a\n1\n') };
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
    expect(requests).toBe(1);
    // Of the same length.
    await writeFile(join(folder, 'patients.part1.csv'), 'a\n2\n');
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
    expect(requests).toBe(2);
    expect(await readFile(join(folder, 'patients.part1.csv'), 'utf8')).toBe('a\n1\n');
  });

  test('bytes that were stored are told of, and taken back when the file begins again', async () => {
    const file = { url: `${origin}/f/1`, rows: 2, bytes: 4, sha256: undefined };
    const heard: number[] = [];
    const onBytes = (bytes: number): void => void heard.push(bytes);
    await expect(downloadExport(manifestOf(file), folder, { format: 'csv', onBytes })).rejects.toThrow(
      'has rows 1',
    );
    expect(heard).toEqual([4, -4, 4, -4]);
  });

  test('two downloads at once into one folder are refused, and the first one is whole', async () => {
    const file = { url: `${origin}/f/1`, rows: 1, bytes: 4, sha256: sha256('a\n1\n') };
    const both = [1, 2].map(() => downloadExport(manifestOf(file), folder, { format: 'csv' }));
    const [first, second] = await Promise.allSettled(both);
    expect([first?.status, second?.status].sort()).toEqual(['fulfilled', 'rejected']);
    const refused = [first, second].find((one) => one?.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toBeInstanceOf(FolderInUseError);
    expect(await readdir(folder)).toEqual(['patients.part1.csv']);
    // The lock went with the download.
    await downloadExport(manifestOf(file), folder, { format: 'csv' });
  });

  test('removes what a process left that was killed in the middle of a file', async () => {
    await writeFile(join(folder, '.999999999.patients.part1.csv.tmp'), 'a');
    await writeFile(join(folder, `.${process.ppid}.others.part1.csv.tmp`), 'a');
    await downloadExport(manifestOf(), folder, { format: 'csv' });
    expect(await readdir(folder)).toEqual([`.${process.ppid}.others.part1.csv.tmp`]);
  });
});

describe('a download that was broken off', () => {
  const lines = Array.from({ length: 2_000 }, () => `${randomBytes(20).toString('hex')}\n`);
  const text = `a\n${lines.join('')}`;
  const bytes = Buffer.byteLength(text);
  const stated = (): OutputFile => ({
    url: `${origin}/f/1`,
    rows: lines.length,
    bytes,
    sha256: sha256(text),
  });
  const path = (): string => join(folder, 'patients.part1.csv');
  const partPath = (pid: number): string => join(folder, `.${pid}.patients.part1.csv.tmp`);
  /** The header `Range` of each request of the client, in order. */
  let ranges: (string | undefined)[];
  beforeEach(() => {
    ranges = [];
  });

  /** Serves ranges, and of the whole file a beginning only, after which it says nothing more. */
  function serveSlowly(begun: number): void {
    respond = ({ headers: { range } }, response) => {
      ranges.push(range);
      if (range === undefined) {
        response.writeHead(200, { 'content-length': bytes });
        response.write(text.slice(0, begun));
        return;
      }
      const start = Number(/\d+/.exec(range)?.[0]);
      response.writeHead(206, { 'content-range': `bytes ${start}-${bytes - 1}/${bytes}` });
      response.end(text.slice(start));
    };
  }

  test('goes on in the middle of a file', async () => {
    serveSlowly(60_000);
    const interrupt = new AbortController();
    let got = 0;
    const onBytes = (more: number): void => {
      got += more;
      if (got === 60_000) interrupt.abort(new Error('interrupted'));
    };
    const { signal } = interrupt;
    const options = { format: 'csv', keepsBegun: true, signal, onBytes };
    await expect(downloadExport(manifestOf(stated()), folder, options)).rejects.toThrow('interrupted');
    expect(await readdir(folder)).toEqual([`.${process.pid}.patients.part1.csv.tmp`]);

    await downloadExport(manifestOf(stated()), folder, { format: 'csv' });
    expect(ranges).toEqual([undefined, 'bytes=60000-']);
    expect(await readFile(path(), 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['patients.part1.csv']);
  });

  test('by the end of its process goes on in the next one', async () => {
    serveSlowly(0);
    await writeFile(partPath(999_999_999), text.slice(0, 1000));
    await downloadExport(manifestOf(stated()), folder, { format: 'csv' });
    expect(ranges).toEqual(['bytes=1000-']);
    expect(await readFile(path(), 'utf8')).toBe(text);
  });

  test.each([
    ['the server has no ranges', text.slice(0, 1000), false],
    ['what is there is of another file', 'x'.repeat(1000), true],
    ['what is there is as long as the file', 'x'.repeat(bytes), true],
  ])('begins again where %s', async (_, left, hasRanges) => {
    respond = ({ headers: { range } }, response) => {
      const start = hasRanges ? Number(/\d+/.exec(range ?? '')?.[0] ?? 0) : 0;
      response.writeHead(start === 0 ? 200 : 206, {
        'content-range': `bytes ${start}-${bytes - 1}/${bytes}`,
      });
      response.end(text.slice(start));
    };
    await writeFile(partPath(999_999_999), left);
    await downloadExport(manifestOf(stated()), folder, { format: 'csv' });
    expect(await readFile(path(), 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['patients.part1.csv']);
  });

  test('goes on with the plain file where a packed one has no ranges', async () => {
    const packed = gzipSync(text);
    const encodings: (string | undefined)[] = [];
    respond = ({ headers }, response) => {
      encodings.push(headers['accept-encoding']?.toString());
      const start = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
      if (encodings.length === 1) {
        response.writeHead(200, { 'content-encoding': 'gzip', 'accept-ranges': 'none' });
        response.write(packed.subarray(0, packed.length - 1000), () => response.destroy());
        return;
      }
      response.writeHead(start === 0 ? 200 : 206, {
        'content-range': `bytes ${start}-${bytes - 1}/${bytes}`,
      });
      response.end(text.slice(start));
    };
    await downloadExport(manifestOf(stated()), folder, { format: 'csv', clock: createVirtualClock() });
    expect(await readFile(path(), 'utf8')).toBe(text);
    expect(encodings).toHaveLength(2);
  });
});
