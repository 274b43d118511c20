import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { BenchmarkError } from '../errors.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureRun } from './sql-run-benchmark.js';

interface SqlRunArguments {
  readonly bytes: number;
  readonly view: string;
  readonly threads: number;
  readonly rounds: number;
  readonly clean: boolean;
}

/** Adds `sql-run`: `$sql-run` over HTTP, compared with `millrace run` on as many threads. */
export function addSqlRun(program: Command, world: BenchWorld): void {
  const command = program
    .command('sql-run')
    .description('time to the first row, throughput and memory of $sql-run, compared with `millrace run`')
    .option('--bytes <n>', 'approximate size of the source; takes KB, MB and GB', byteCount, 2e9)
    .option('--view <name>', 'view that is run', 'observation_flat')
    .option('--threads <n>', 'engine threads of the API and of the command', wholeNumberFrom(1), 2)
    .option('--rounds <n>', 'measured runs of each, in turns', wholeNumberFrom(1), 3)
    .option('--clean', 'removes the generated source at the end', false);
  addBounded(command, world, runSqlRun);
}

async function runSqlRun(given: SqlRunArguments, { signal, report }: Bounds): Promise<object> {
  const [view] = await chooseViews([given.view]);
  if (view === undefined) throw new BenchmarkError(`there is no view ${given.view}`);
  const wish = { bytes: given.bytes, gzip: false };
  const source = await provideSource(SOURCES_FOLDER, wish, report);
  const { threads, rounds } = given;
  // One run at a time, so that the next one shows when the one before has freed its threads.
  const environment = { RUN_THREADS: String(threads), RUN_AT_ONCE: '1', RUN_WAIT: '60s' };
  const measured = await (async () => {
    await using stack = await startStack({ data: SOURCES_FOLDER, environment, report });
    return await measureRun({ api: stack.api, source: source.name, view, threads, rounds }, signal);
  })();
  if (given.clean) await removeSources(SOURCES_FOLDER, [wish]);
  return { view: given.view, threads, rounds, ...measured };
}
