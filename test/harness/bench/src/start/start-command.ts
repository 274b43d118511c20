import { join } from 'node:path';
import { wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { BenchmarkError } from '../errors.js';
import { provideSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureStarts } from './start-benchmark.js';

const VIEW = 'observation_components';
const SOURCE = { bytes: 4e6, gzip: false } as const;

/** Adds `start`: the time until commands and services are ready, compared with Node that does nothing. */
export function addStart(program: Command, world: BenchWorld): void {
  const command = program
    .command('start')
    .description(
      'time from the start of a process until it is ready: `millrace --help`, `millrace run` over 20 kB, API, worker; compared with `node -e 0`',
    )
    .option('--rounds <n>', 'measured starts of each, in turns', wholeNumberFrom(1), 10);
  addBounded(command, world, runStart);
}

async function runStart(
  { rounds }: { readonly rounds: number },
  { signal, report }: Bounds,
): Promise<object> {
  const [view] = await chooseViews([VIEW]);
  if (view === undefined) throw new BenchmarkError(`there is no view ${VIEW}`);
  const { name } = await provideSource(SOURCES_FOLDER, SOURCE, report);
  await using stack = await startStack({ data: SOURCES_FOLDER, report });
  const input = join(SOURCES_FOLDER, name, 'Observation.ndjson');
  return { rounds, starts: await measureStarts({ stack, view, input, rounds }, signal) };
}
