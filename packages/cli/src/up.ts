import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sampleDataDir } from '@millrace/samples';
import { Option, type Command } from 'commander';
import { reasonOf, UsageError } from './errors.js';
import { wholeNumber } from './option-values.js';
import { announceStack, runtimeFolder } from './stack/running-stacks.js';
import { startSupervisedStack } from './stack/start-supervised-stack.js';
import { print, say, type Terminal } from './terminal.js';

interface UpOptions {
  readonly port: number;
  readonly opsPort: number;
  readonly data: string;
  readonly out: string;
  readonly workers: number;
  readonly redis?: string;
  readonly adoptStore: boolean;
}

const STATE_FOLDER = '.local';

export function declareUp(command: Command, terminal: Terminal): void {
  command
    .option('--port <n>', 'port of the API; 0 picks a free one', wholeNumber(0, 65_535), 8080)
    .option(
      '--ops-port <n>',
      'port of the operations listener; 0 picks a free one',
      wholeNumber(0, 65_535),
      0,
    )
    .addOption(
      new Option(
        '--data <dir|s3://...>',
        'a folder with NDJSON files for each resource type, or a folder of such folders, each of which is a source',
      ).default(sampleDataDir, 'the bundled sample'),
    )
    .option('--out <dir|s3://...>', 'where results are kept', join(STATE_FOLDER, 'out'))
    .option('--workers <n>', 'worker processes', wholeNumber(1, 64), 1)
    .option('--redis <url>', 'URL of a running Redis; without it and without REDIS_URL, up starts one')
    .option('--adopt-store', 'uses the store at --out even if Redis knows another one', false)
    .action((options: UpOptions) => up(options, terminal));
}

async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  const { signal, env } = terminal;
  const data = localPath(options.data);
  if (!isRemote(data)) await checkFolder(data);
  const out = localPath(options.out);
  // npx does not pass signals on.
  say(terminal, `up: process ${process.pid}; Ctrl-C or SIGTERM to it ends everything`);
  const stack = await startSupervisedStack({
    port: options.port,
    operationsPort: options.opsPort,
    data,
    out,
    workers: options.workers,
    redisUrl: options.redis ?? env['REDIS_URL'],
    redisFolder: redisFolderFor(out),
    allowEmulator: false,
    adoptStore: options.adoptStore,
    env,
    report: (line) => say(terminal, line),
    signal,
  });
  try {
    await using _announcement = await announce(stack.operationsUrl, out, terminal);
    say(terminal, `operations: ${stack.operationsUrl}`);
    print(terminal, `ready ${stack.fhirUrl}`);
    const failure = await Promise.race([stack.broken, interrupted(signal)]);
    if (failure) throw failure;
  } finally {
    await stack.stop();
  }
}

/** Commands of `admin` find the stack by it. It runs without, too. */
async function announce(
  operationsUrl: string,
  out: string,
  terminal: Terminal,
): Promise<AsyncDisposable | undefined> {
  try {
    return await announceStack(runtimeFolder(terminal.env), { operationsUrl, out });
  } catch (error) {
    say(terminal, `warning: millrace admin needs --operations ${operationsUrl}: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Working state belongs to the results it is about: each output place has a Redis folder of its own. */
function redisFolderFor(out: string): string {
  const name = createHash('sha256').update(out).digest('hex').slice(0, 12);
  return resolve(STATE_FOLDER, 'redis', name);
}

async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new UsageError(
    `--data ${path} is not a folder: expected a folder of NDJSON files, or a folder of such folders`,
  );
}

function localPath(place: string): string {
  return isRemote(place) ? place : resolve(place);
}

function isRemote(place: string): boolean {
  return place.startsWith('s3://');
}

async function interrupted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort');
}
