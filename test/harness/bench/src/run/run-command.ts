import { join } from 'node:path';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import type { PeerJob } from '../peers/peer.js';
import { provideSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { findPrograms } from './find-programs.js';
import { measureWhole } from './run-benchmark.js';

interface WholeArguments {
  readonly bytes: readonly number[];
  readonly threads: readonly number[];
  readonly format: readonly PeerJob['format'][];
  readonly view: readonly string[];
  readonly rounds: number;
  readonly duckdb: string;
}

/** Larger inputs repeat the lines of a source of this size. */
const MOST_SOURCE_BYTES = 300e6;

/** Adds `run`: `millrace run` and other programs as a person meets them, from the start of the process to its end. */
export function addRun(program: Command, world: BenchWorld): void {
  const several = <T>(read: (text: string) => T) => {
    let isDefault = true;
    return (text: string, before: readonly T[]): readonly T[] => {
      const kept = isDefault ? [] : before;
      isDefault = false;
      return [...kept, read(text)];
    };
  };
  const command = program
    .command('run')
    .description(
      'time and memory of whole processes: `millrace run`, JSON.parse alone, the command line of DuckDB and the programs in MILLRACE_PEERS',
    )
    .option(
      '--bytes <n...>',
      'sizes of the input; takes KB, MB and GB',
      several(byteCount),
      [20e3, 20e6, 100e6, 800e6],
    )
    .option('--threads <n...>', 'threads of each program', several(wholeNumberFrom(1)), [1, 2])
    .addOption(
      new Option('--format <format...>', 'output formats')
        .choices(['csv', 'ndjson', 'parquet'])
        .default(['csv', 'parquet']),
    )
    .option('--view <name...>', 'measures these views', ['observation_components'])
    .option('--rounds <n>', 'measured rounds', wholeNumberFrom(1), 3)
    .option('--duckdb <program>', 'the command line of DuckDB', 'duckdb');
  addBounded(command, world, (given: WholeArguments, bounds) => runWholes(given, world.peers, bounds));
}

async function runWholes(
  given: WholeArguments,
  peers: string | undefined,
  { signal, report }: Bounds,
): Promise<object> {
  const { bytes: sizes, threads, format: formats, rounds } = given;
  const views = await chooseViews([...given.view]);
  const { programs, absent } = await findPrograms(given.duckdb, peers);
  const wish = { bytes: Math.min(Math.max(...sizes), MOST_SOURCE_BYTES), gzip: false };
  const { name } = await provideSource(SOURCES_FOLDER, wish, report);
  const trial = { source: join(SOURCES_FOLDER, name), views, programs, sizes, threads, formats, rounds };
  const results = await measureWhole(trial, signal);
  return { rounds, present: programs.map(({ name }) => name), absent, results };
}
