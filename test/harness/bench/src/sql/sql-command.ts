import { awaitResult, fetchManifest } from '@millrace/client';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { runExport } from '../exporting/run-export.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { kickOffQuery, timeQuery } from './sql-requests.js';
import type { Query } from './sql-requests.js';

interface SqlArguments {
  readonly bytes: number;
  readonly rounds: number;
  readonly runs: number;
  readonly clean: boolean;
}

const SMALL_BYTES = 500_000;
const PACE = { defaultMs: 100, minMs: 50, maxMs: 200, patienceMs: 60_000 };
const JOIN = `SELECT p.gender, o.code, count(*) AS n, avg(o.value) AS mean
  FROM observation_flat o JOIN patient_demographics p ON p.id = o.patient_id
  GROUP BY p.gender, o.code ORDER BY n DESC, p.gender, o.code`;

/** How much longer an export with a join may take than its views alone, and the time of a small run in milliseconds. */
const LIMITS = { addedShare: 0.2, runP50Ms: 300 };

/** Adds `sql`: what a join adds to the export of its views, and the time of a small `$sql-run` with SQL. */
export function addSql(program: Command, world: BenchWorld): void {
  const command = program
    .command('sql')
    .description('what a query adds to the export of its views, and the time of a small $sql-run with SQL')
    .option('--bytes <n>', 'approximate size of the source; takes KB, MB and GB', byteCount, 1.5e9)
    .option('--rounds <n>', 'measured exports of each, in turns', wholeNumberFrom(1), 3)
    .option('--runs <n>', 'measured runs over a small source', wholeNumberFrom(1), 21)
    .option('--clean', 'removes the generated sources at the end', false);
  addBounded(command, world, runSql);
}

async function runSql({ bytes, rounds, runs, clean }: SqlArguments, bounds: Bounds): Promise<object> {
  const { signal, report } = bounds;
  const views = await chooseViews(['observation_flat', 'patient_demographics']);
  const query: Query = { sql: JOIN, over: views };
  const wishes = [bytes, SMALL_BYTES].map((size) => ({ bytes: size, gzip: false }));
  const [large, small] = [
    await provideSource(SOURCES_FOLDER, { bytes, gzip: false }, report),
    await provideSource(SOURCES_FOLDER, { bytes: SMALL_BYTES, gzip: false }, report),
  ];
  const alone: number[] = [];
  const queried: number[] = [];
  const runMs: number[] = [];
  let rows = 0;
  {
    await using stack = await startStack({ data: SOURCES_FOLDER, workers: 1, report });
    const { fhirUrl } = stack.api;
    for (let round = 0; round < rounds; round += 1) {
      const wish = { source: large.name, views, format: 'parquet' as const };
      const made = await runExport(fhirUrl, wish, signal);
      rows = made.rows;
      alone.push(made.seconds);
      const statusUrl = await kickOffQuery(fhirUrl, query, large.name, signal);
      const manifest = await fetchManifest(await awaitResult(statusUrl, { signal, pace: PACE }), { signal });
      queried.push((Date.parse(manifest.endedAt ?? '') - Date.parse(manifest.startedAt ?? '')) / 1000);
    }
    // The first one starts the processes.
    await timeQuery(fhirUrl, query, small.name, signal);
    for (let run = 0; run < runs; run += 1) runMs.push(await timeQuery(fhirUrl, query, small.name, signal));
  }
  if (clean) await removeSources(SOURCES_FOLDER, wishes);
  const added = median(queried) / median(alone) - 1;
  return {
    bytesIn: large.bytes,
    rows,
    viewsSeconds: alone,
    querySeconds: queried,
    addedShare: added,
    runMs: { p50: median(runMs), all: runMs.map(Math.round) },
    limits: LIMITS,
    within: added <= LIMITS.addedShare && median(runMs) <= LIMITS.runP50Ms,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
