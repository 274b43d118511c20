import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { BenchWorld } from '../world.js';
import { measureParts } from './parts-benchmark.js';

/** Adds `parts`: the memory of a process that stores many parts. */
export function addParts(program: Command, world: BenchWorld): void {
  const command = program
    .command('parts')
    .description('memory while many parts are stored in a bucket whose server forgets their bytes')
    .option('--parts <n>', 'parts that are stored', wholeNumberFrom(1), 5000)
    .option('--part-bytes <n>', 'size of a part; takes KB, MB and GB', byteCount, 10e6);
  addBounded(command, world, measureParts);
}
