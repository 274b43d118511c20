import { join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { chooseViews } from '../choose-views.js';
import { thisMachine } from '../machine.js';
import { byteCount, seconds, wholeNumber } from '../option-values.js';
import { provideSource } from '../source/provide-source.js';
import { timeLimit } from '../time-limit.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { findCommandPeer, readPeerCommands } from './command-peers.js';
import { findDuckdb } from './duckdb-peer.js';
import type { FoundPeer, Peer, PeerJob } from './peer.js';
import { measurePeers } from './peers-benchmark.js';
import { comparePeers, meanToPeers } from './peers-report.js';

interface PeersArguments {
  readonly bytes: number;
  readonly threads: number;
  readonly rounds: number;
  readonly format: PeerJob['format'];
  readonly data?: string;
  readonly view?: string[];
  readonly limit: number;
}

/** Adds `peers`: Millrace and what else there is, file to file. */
export function addPeers(program: Command, world: BenchWorld): void {
  program
    .command('peers')
    .description(
      'each bundled view from file to file, in turns with DuckDB and the programs that MILLRACE_PEERS names',
    )
    .option('--bytes <n>', 'about how much input of all types; KB, MB and GB may follow', byteCount, 300e6)
    .option('--threads <n>', 'threads of each', wholeNumber, 1)
    .option('--rounds <n>', 'rounds that are counted', wholeNumber, 3)
    .addOption(new Option('--format <format>', 'output').choices(['csv', 'ndjson', 'parquet']).default('csv'))
    .option('--data <folder>', 'NDJSON of your own, {type}.ndjson, instead of generated data')
    .option('--view <name...>', 'only these views')
    .option('--limit <seconds>', 'gives up after that long', seconds, 1800)
    .action(async (given: PeersArguments) => {
      world.out(`${JSON.stringify(await runPeers(given, world), undefined, 2)}\n`);
    });
}

async function runPeers(given: PeersArguments, world: BenchWorld): Promise<unknown> {
  const { threads, rounds, format } = given;
  const views = await chooseViews(given.view);
  const signal = timeLimit(given.limit, world.stop);
  const found: FoundPeer[] = [await findDuckdb(threads)];
  for (const command of readPeerCommands(world.peers)) {
    found.push(await findCommandPeer(command));
  }
  const peers = found.filter((peer): peer is Peer => 'run' in peer);
  const folder = given.data === undefined ? await generated(given.bytes, world) : resolve(given.data);
  const measured = await measurePeers({ folder, views, peers, format, threads, rounds }, signal);
  const comparisons = measured.map(comparePeers);
  return {
    benchmark: 'peers',
    ...thisMachine(),
    ...{ threads, rounds, format, data: given.data ?? 'generated' },
    present: peers.map(({ name }) => name),
    absent: found.filter((peer) => 'absent' in peer),
    meanMillraceToPeer: meanToPeers(comparisons),
    views: comparisons,
  };
}

async function generated(bytes: number, world: BenchWorld): Promise<string> {
  const source = await provideSource(SOURCES_FOLDER, { bytes, gzip: false }, (line) =>
    world.err(`${line}\n`),
  );
  return join(SOURCES_FOLDER, source.name);
}
