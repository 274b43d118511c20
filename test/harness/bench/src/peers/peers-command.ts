import { join, resolve } from 'node:path';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { findCommandPeer, readPeerCommands } from './command-peers.js';
import { findDuckdb } from './duckdb-peer.js';
import type { FoundPeer, Peer, PeerJob } from './peer.js';
import { measurePeers } from './peers-benchmark.js';
import { comparePeers, isSameWork, meanToPeers } from './peers-report.js';

interface PeersArguments {
  readonly bytes: number;
  readonly threads: number;
  readonly rounds: number;
  readonly format: PeerJob['format'];
  readonly data?: string;
  readonly view?: string[];
}

/** Adds `peers`: Millrace and other programs, file to file. */
export function addPeers(program: Command, world: BenchWorld): void {
  const command = program
    .command('peers')
    .description(
      'speed of each bundled view from file to file, compared with DuckDB and the programs in MILLRACE_PEERS',
    )
    .option(
      '--bytes <n>',
      'approximate size of the input of all types; takes KB, MB and GB',
      byteCount,
      300e6,
    )
    .option('--threads <n>', 'threads of each program', wholeNumberFrom(1), 1)
    .option('--rounds <n>', 'measured rounds', wholeNumberFrom(1), 3)
    .addOption(
      new Option('--format <format>', 'output format').choices(['csv', 'ndjson', 'parquet']).default('csv'),
    )
    .option('--data <folder>', 'reads {type}.ndjson from this folder instead of generated data')
    .option('--view <name...>', 'measures only these views');
  addBounded(command, world, (given: PeersArguments, bounds) => runPeers(given, world.peers, bounds));
}

async function runPeers(
  given: PeersArguments,
  commands: string | undefined,
  { signal, report }: Bounds,
): Promise<object> {
  const { threads, rounds, format } = given;
  const views = await chooseViews(given.view);
  const found: FoundPeer[] = [await findDuckdb(threads)];
  for (const command of readPeerCommands(commands)) {
    found.push(await findCommandPeer(command));
  }
  const peers = found.filter((peer): peer is Peer => 'run' in peer);
  const folder = given.data === undefined ? await generated(given.bytes, report) : resolve(given.data);
  const measured = await measurePeers({ folder, views, peers, format, threads, rounds }, signal);
  const comparisons = measured.map(comparePeers);
  return {
    threads,
    rounds,
    format,
    data: given.data ?? 'generated',
    present: peers.map(({ name }) => name),
    absent: found.filter((peer) => 'absent' in peer),
    within: isSameWork(comparisons),
    meanMillraceToPeer: meanToPeers(comparisons),
    views: comparisons,
  };
}

async function generated(bytes: number, report: Bounds['report']): Promise<string> {
  const { name } = await provideSource(SOURCES_FOLDER, { bytes, gzip: false }, report);
  return join(SOURCES_FOLDER, name);
}
