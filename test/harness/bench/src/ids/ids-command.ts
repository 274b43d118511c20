import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { byteCount, numberAbove0, wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureIds } from './ids-benchmark.js';
import { writeIdSource } from './write-source.js';

interface IdsArguments {
  readonly size: number;
  readonly share: number;
  readonly kickOffs: number;
}

const PERCENT = 100;

/** Adds `ids`: the id index of a source, and the kick-offs before and after it is there. */
export function addIds(program: Command, world: BenchWorld): void {
  const command = program
    .command('ids')
    .description(
      'time, memory and size of the id index of a source, and the answers to kick-offs before and after it is there',
    )
    .option(
      '--size <n>',
      'size of the source; only its patients and groups are written, because nothing else is read',
      byteCount,
      5e9,
    )
    .option('--share <percent>', 'share of the patients in it; Synthea data have 1.2 %', numberAbove0, 1.2)
    .option('--kick-offs <n>', 'measured kick-offs of each kind', wholeNumberFrom(1), 50);
  addBounded(command, world, runIds);
}

async function runIds({ size, share, kickOffs }: IdsArguments, { signal, report }: Bounds): Promise<object> {
  await mkdir(SOURCES_FOLDER, { recursive: true });
  const folder = await mkdtemp(join(SOURCES_FOLDER, '.ids-'));
  try {
    report(`writing patients in ${folder} …`);
    const source = await writeIdSource(folder, (size * share) / PERCENT);
    await using stack = await startStack({ data: folder, report });
    const { patients, patientBytes, members } = source;
    const measured = await measureIds(stack, source, { kickOffs }, signal);
    return { sourceBytes: size, patients, patientBytes, members, ...measured };
  } finally {
    await rm(folder, { recursive: true });
  }
}
