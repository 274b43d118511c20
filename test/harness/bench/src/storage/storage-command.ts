import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { BenchWorld } from '../world.js';
import { measureStorage } from './storage-benchmark.js';

/** Adds `storage`: the speed of uploads and downloads, beside plain loops. */
export function addStorage(program: Command, world: BenchWorld): void {
  const command = program
    .command('storage')
    .description(
      'uploads and downloads of a store, beside loops that read, hash, write and sync the same bytes',
    )
    .option('--bytes <n>', 'size of the file; takes KB, MB and GB', byteCount, 256e6)
    .option('--rounds <n>', 'rounds, each with every candidate', wholeNumberFrom(1), 5)
    .option('--folder <path>', 'where the files are made; default: the temporary folder')
    .option('--bucket <name>', 'also measure a bucket, with credentials as the AWS SDK finds them')
    .option('--endpoint <url>', 'server of the bucket, unless it is AWS');
  addBounded(command, world, measureStorage);
}
