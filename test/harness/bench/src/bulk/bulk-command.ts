import { join } from 'node:path';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureBulk } from './bulk-benchmark.js';
import { reportBulk } from './bulk-report.js';

interface BulkArguments {
  readonly bytes: number;
  readonly threads: number;
  readonly rounds: number;
  readonly clean: boolean;
}

const TYPES = ['Patient', 'Encounter', 'Condition', 'Observation'];

/** Adds `bulk`: copies of resources by engine threads, compared with bare loops. */
export function addBulk(program: Command, world: BenchWorld): void {
  const command = program
    .command('bulk')
    .description('speed of copying resources, all and filtered, compared with bare loops')
    .option('--bytes <n>', 'approximate size of the source; takes KB, MB and GB', byteCount, 1e9)
    .option('--threads <n>', 'threads of each candidate', wholeNumberFrom(1), 2)
    .option('--rounds <n>', 'measured rounds', wholeNumberFrom(1), 5)
    .option('--clean', 'removes the generated source at the end', false);
  addBounded(command, world, runBulk);
}

async function runBulk(given: BulkArguments, { signal, report }: Bounds): Promise<object> {
  const { threads, rounds } = given;
  const wish = { bytes: given.bytes, gzip: false };
  const { name } = await provideSource(SOURCES_FOLDER, wish, report);
  const source = { kind: 'file', name, root: join(SOURCES_FOLDER, name), fhirVersion: 'R4' } as const;
  const runs = await measureBulk({ source, types: TYPES, threads, rounds }, signal);
  if (given.clean) await removeSources(SOURCES_FOLDER, [wish]);
  return { threads, rounds, ...reportBulk(runs) };
}
