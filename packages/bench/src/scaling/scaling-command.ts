import type { Format } from '@millrace/formats';
import { Option } from 'commander';
import type { Command } from 'commander';
import { chooseViews } from '../choose-views.js';
import { thisMachine } from '../machine.js';
import { byteCount, seconds, wholeNumber } from '../option-values.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import type { GeneratedSource } from '../source/provide-source.js';
import { timeLimit } from '../time-limit.js';
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
  readonly limit: number;
}

const several = (text: string, before: number[] | undefined): number[] => [
  ...(before ?? []),
  wholeNumber(text),
];

/** Adds `scaling`: more input, more threads. */
export function addScaling(program: Command, world: BenchWorld): void {
  program
    .command('scaling')
    .description('engine threads over more and more input: files read, files written, in turns')
    .option('--bytes <n>', 'about how much input at first; KB, MB and GB may follow', byteCount, 250e6)
    .option('--times <n...>', 'how many times as much (default: 1 2 4 8)', several)
    .option('--threads <n...>', 'numbers of engine threads (default: 1 2)', several)
    .option('--rounds <n>', 'rounds that are counted', wholeNumber, 3)
    .addOption(new Option('--format <format>', 'output').choices(['csv', 'ndjson', 'parquet']).default('csv'))
    .option('--view <name...>', 'only these views')
    .option('--clean', 'removes the generated sources at the end', false)
    .option('--limit <seconds>', 'gives up after that long', seconds, 1800)
    .action(async (given: Omit<ScalingArguments, 'times' | 'threads'> & Partial<ScalingArguments>) => {
      const result = await runScaling({ times: [1, 2, 4, 8], threads: [1, 2], ...given }, world);
      world.out(`${JSON.stringify(result, undefined, 2)}\n`);
    });
}

async function runScaling(given: ScalingArguments, world: BenchWorld): Promise<unknown> {
  const { threads, rounds, format } = given;
  const views = await chooseViews(given.view);
  const signal = timeLimit(given.limit, world.stop);
  const wishes = given.times.map((times) => ({ bytes: given.bytes * times, gzip: false }));
  const sources: GeneratedSource[] = [];
  for (const wish of wishes) {
    sources.push(await provideSource(SOURCES_FOLDER, wish, (line) => world.err(`${line}\n`)));
  }
  const trial = { folder: SOURCES_FOLDER, sources, threads, views, format, rounds };
  const runs = await measureScaling(trial, signal);
  if (given.clean) await removeSources(SOURCES_FOLDER, wishes);
  return {
    benchmark: 'scaling',
    ...thisMachine(),
    ...{ rounds, format },
    views: views.map(({ name }) => name),
    twoToOneLimit: TWO_TO_ONE_LIMIT,
    ...reportScaling(runs),
  };
}
