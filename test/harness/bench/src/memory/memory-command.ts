import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Format } from '@millrace/formats';
import { startStack } from '@millrace/local-stack';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import type { BenchWorld } from '../world.js';
import { SOURCES_FOLDER } from '../workspace.js';
import { measureMemory } from './memory-benchmark.js';
import { MEMORY_LIMITS } from './memory-report.js';
import type { MemoryComparison } from './memory-report.js';

interface MemoryArguments {
  readonly small: number;
  readonly large: number;
  readonly repeat: number;
  readonly threads: number;
  readonly rounds: number;
  readonly format: readonly Format[];
  readonly view?: string[];
  readonly clean: boolean;
}

/** Adds `memory`: the peak of a worker process with a small and a large source. */
export function addMemory(program: Command, world: BenchWorld): void {
  const command = program
    .command('memory')
    .description(
      'peak memory of a worker that exports a small source, and of one that exports a large source',
    )
    .option('--small <n>', 'approximate size of the small source; takes KB, MB and GB', byteCount, 200e6)
    .option('--large <n>', 'approximate size of the large source', byteCount, 1600e6)
    .option(
      '--repeat <n>',
      'repeats the large source this many times, by links that take no room',
      wholeNumberFrom(1),
      1,
    )
    .option('--threads <n>', 'engine threads of the worker', wholeNumberFrom(1), 2)
    .option('--rounds <n>', 'measured exports of each source', wholeNumberFrom(1), 3)
    .addOption(
      new Option('--format <formats...>', 'output formats')
        .choices(['csv', 'ndjson', 'json', 'parquet'])
        .default(['csv', 'parquet']),
    )
    .option('--view <name...>', 'exports only these views, together')
    .option('--clean', 'removes the generated sources at the end', false);
  addBounded(command, world, runMemory);
}

async function runMemory(given: MemoryArguments, { signal, report }: Bounds): Promise<object> {
  const views = await chooseViews(given.view);
  const wishes = {
    small: { bytes: given.small, gzip: false },
    large: { bytes: given.large, gzip: false, repeat: given.repeat },
  };
  const small = await provideSource(SOURCES_FOLDER, wishes.small, report);
  const large = await provideSource(SOURCES_FOLDER, wishes.large, report);
  const { threads } = given;
  const formats: Record<string, MemoryComparison> = {};
  {
    await using stack = await startStack({ data: SOURCES_FOLDER, report });
    for (const format of given.format) {
      const trial = { small, large, views, format, threads, rounds: given.rounds };
      formats[format] = await measureMemory(stack, trial, signal);
    }
  }
  if (given.clean)
    await removeSources(SOURCES_FOLDER, [wishes.small, wishes.large, { ...wishes.large, repeat: 1 }]);
  return {
    threads,
    rounds: given.rounds,
    views: views.map(({ name }) => name),
    limits: MEMORY_LIMITS,
    within: Object.values(formats).every((one) => one.withinPeak && one.withinPerThread && one.withinRatio),
    formats,
  };
}
