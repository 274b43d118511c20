import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { createDuckDbEngine } from '@millrace/sqlquery';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { rounded } from '../rounded.js';
import type { BenchWorld } from '../world.js';

interface SpillArguments {
  readonly memory: number;
  readonly times: number;
  readonly threads: number;
}

/** A row has a number of 8 bytes and a text of 32. */
const ROW_BYTES = 40;

/** Adds `spill`: the memory of the process of an SQL engine that sorts more than its limit. */
export function addSpill(program: Command, world: BenchWorld): void {
  const command = program
    .command('spill')
    .description('time and peak memory of a sort of more rows than the memory limit of the SQL engine holds')
    .option('--memory <n>', 'memory limit of the engine; takes KB, MB and GB', byteCount, 64e6)
    .option('--times <n>', 'sorts this many times the limit', wholeNumberFrom(1), 10)
    .option('--threads <n>', 'threads of the engine', wholeNumberFrom(1), 1);
  addBounded(command, world, measureSpill);
}

async function measureSpill(
  { memory: memoryBytes, times, threads }: SpillArguments,
  { signal, report }: Bounds,
): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-spill-'));
  const output = join(folder, 'out');
  const temporaryFolder = join(folder, 'tmp');
  await mkdir(output);
  await mkdir(temporaryFolder);
  const engine = createDuckDbEngine({
    analysts: 0,
    runners: 1,
    analysisMs: 1,
    mostWaiting: 0,
    patienceMs: 1,
  });
  const rows = Math.ceil((times * memoryBytes) / ROW_BYTES);
  try {
    report(`sorting ${rows} rows`);
    const begun = performance.now();
    const { parts, peakBytes } = await engine.run(
      {
        program: {
          tables: [],
          views: [],
          query: {
            sql: `SELECT i, md5(CAST(i AS VARCHAR)) AS text FROM range(${rows}) t(i) ORDER BY text`,
            names: {},
          },
          values: [],
        },
        tenant: 'default',
        files: {},
        output: { folder: output, format: 'csv', header: true, partBytes: Number.POSITIVE_INFINITY },
        temporaryFolder,
        limits: {
          memoryBytes,
          temporaryBytes: 4 * times * memoryBytes,
          threads,
          milliseconds: 3_600_000,
          outputBytes: 4 * times * memoryBytes,
        },
      },
      signal,
    );
    return {
      threads,
      memoryBytes,
      rows: parts.reduce((sum, part) => sum + part.rows, 0),
      sortedBytes: rows * ROW_BYTES,
      seconds: rounded((performance.now() - begun) / 1000),
      peakBytes,
      peakPerLimit: rounded(peakBytes / memoryBytes),
    };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}
