import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Format } from '@millrace/formats';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import type { GeneratedSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureScaling } from './scaling-benchmark.js';
import { TWO_TO_ONE_LIMIT, reportScaling } from './scaling-report.js';

interface ScalingArguments {
  readonly bytes: number;
  readonly times: number[];
  readonly threads: number[];
  readonly rounds: number;
  readonly format: Format;
  readonly view?: string[];
  readonly clean: boolean;
}

/** An option that takes several values has no default of its own: they would be added to it. */
type Given = Omit<ScalingArguments, 'times' | 'threads'> & Partial<ScalingArguments>;

const several = (text: string, before: number[] | undefined): number[] => [
  ...(before ?? []),
  wholeNumberFrom(1)(text),
];

/** Adds `scaling`: more input, more threads. */
export function addScaling(program: Command, world: BenchWorld): void {
  const command = program
    .command('scaling')
    .description('speed of engine threads as the input and the number of threads grow')
    .option('--bytes <n>', 'approximate size of the smallest input; takes KB, MB and GB', byteCount, 250e6)
    .option('--times <n...>', 'sizes of the input, as multiples of the smallest (default: 1 2 4 8)', several)
    .option('--threads <n...>', 'numbers of engine threads (default: 1 2)', several)
    .option('--rounds <n>', 'measured rounds', wholeNumberFrom(1), 3)
    .addOption(
      new Option('--format <format>', 'output format').choices(['csv', 'ndjson', 'parquet']).default('csv'),
    )
    .option('--view <name...>', 'measures only these views')
    .option('--clean', 'removes the generated sources at the end', false);
  addBounded(command, world, (given: Given, bounds) =>
    runScaling({ times: [1, 2, 4, 8], threads: [1, 2], ...given }, bounds),
  );
}

async function runScaling(given: ScalingArguments, { signal, report }: Bounds): Promise<object> {
  const { threads, rounds, format } = given;
  const views = await chooseViews(given.view);
  const wishes = given.times.map((times) => ({ bytes: given.bytes * times, gzip: false }));
  const sources: GeneratedSource[] = [];
  for (const wish of wishes) {
    sources.push(await provideSource(SOURCES_FOLDER, wish, report));
  }
  const trial = { folder: SOURCES_FOLDER, sources, threads, views, format, rounds };
  const runs = await measureScaling(trial, signal);
  if (given.clean) await removeSources(SOURCES_FOLDER, wishes);
  return {
    rounds,
    format,
    views: views.map(({ name }) => name),
    twoToOneLimit: TWO_TO_ONE_LIMIT,
    ...reportScaling(runs),
  };
}
