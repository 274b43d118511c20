import { byteCount, numberAbove0, wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureResume } from './resume-benchmark.js';
import { READ_AGAIN_LIMIT } from './resume-report.js';

interface ResumeArguments {
  readonly bytes: number;
  readonly gzip: boolean;
  readonly every: number;
  readonly cut: number;
  readonly threads: number;
  readonly view?: string[];
  readonly clean: boolean;
}

const WARM_UP = { bytes: 4e6, gzip: false } as const;

/** Adds `resume`: the cost of an export whose workers are killed again and again. */
export function addResume(program: Command, world: BenchWorld): void {
  const command = program
    .command('resume')
    .description('input that an export reads again when its worker is killed and replaced every few seconds')
    .option('--bytes <n>', 'approximate size of the input; takes KB, MB and GB', byteCount, 2e9)
    .option('--gzip', 'compresses the input, so that it cannot be read from the middle', false)
    .option('--every <seconds>', 'kills each worker after this time', numberAbove0, 8)
    .option('--cut <n>', 'CUT_BYTES of the workers', byteCount, 32e6)
    .option('--threads <n>', 'engine threads of a worker', wholeNumberFrom(1), 2)
    .option('--view <name...>', 'exports only these views, together')
    .option('--clean', 'removes the generated sources at the end', false);
  addBounded(command, world, runResume);
}

async function runResume(given: ResumeArguments, { signal, report }: Bounds): Promise<object> {
  const { bytes, gzip } = given;
  const views = await chooseViews(given.view);
  const source = await provideSource(SOURCES_FOLDER, { bytes, gzip }, report);
  const warmUp = await provideSource(SOURCES_FOLDER, WARM_UP, report);
  const settings = {
    ENGINE_THREADS: String(given.threads),
    CUT_BYTES: String(given.cut),
    LEASE: '2s',
    LEASE_MARGIN: '500ms',
    // On a slow machine several workers in a row may die before the first cut of a shard.
    MAX_ATTEMPTS: '100',
  };
  const trial = {
    source,
    gzip,
    warmUp,
    views,
    killEveryMs: given.every * 1000,
    // Where attempts begin is logged at this level.
    worker: { ...settings, LOG_LEVEL: 'debug' },
  };
  const result = await (async () => {
    await using stack = await startStack({ data: SOURCES_FOLDER, report });
    return await measureResume(stack, trial, signal);
  })();
  if (given.clean) await removeSources(SOURCES_FOLDER, [{ bytes, gzip }, WARM_UP]);
  return {
    input: { bytes: source.bytes, storedBytes: source.storedBytes, gzip },
    views: views.map(({ name }) => name),
    settings,
    killEverySeconds: given.every,
    limit: READ_AGAIN_LIMIT,
    ...result,
  };
}
