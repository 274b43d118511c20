import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureCancel } from './cancel-benchmark.js';

interface CancelArguments {
  readonly bytes: number;
  readonly tries: number;
  readonly threads: number;
  readonly view?: string[];
}

/** The promise: an engine has stopped this long after the export was cancelled. */
const LIMIT_MS = 1_000;

/** Adds `cancel`: how soon a running export is cancelled. */
export function addCancel(program: Command, world: BenchWorld): void {
  const command = program
    .command('cancel')
    .description('time until a cancelled export stops its engines, has no output, and frees its slot')
    .option('--bytes <n>', 'approximate size of the input; takes KB, MB and GB', byteCount, 1e9)
    .option('--tries <n>', 'exports to cancel', wholeNumberFrom(1), 50)
    .option('--threads <n>', 'engine threads of the worker', wholeNumberFrom(1), 2)
    .option('--view <name...>', 'exports only these views, together');
  addBounded(command, world, runCancel);
}

async function runCancel(given: CancelArguments, { signal, report }: Bounds): Promise<object> {
  const views = await chooseViews(given.view);
  const source = await provideSource(SOURCES_FOLDER, { bytes: given.bytes, gzip: false }, report);
  await using stack = await startStack({ data: SOURCES_FOLDER, report });
  // Where shards begin is logged at this level.
  const worker = { ENGINE_THREADS: String(given.threads), LOG_LEVEL: 'debug' };
  const result = await measureCancel(stack, { source, views, tries: given.tries, worker }, signal);
  return {
    input: { bytes: source.bytes },
    views: views.map(({ name }) => name),
    threads: given.threads,
    limitMs: LIMIT_MS,
    ...result,
    withinLimit: result.engineStoppedMs.p99 < LIMIT_MS,
  };
}
