import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@millrace/local-stack';
import type { BundledView } from '@millrace/samples';
import { hashOutputs } from '../exporting/hash-outputs.js';
import { runExport } from '../exporting/run-export.js';
import type { ExportRun } from '../exporting/run-export.js';
import { eventReader } from '../log-event.js';
import { freeze, readBytesRead } from '../process/bytes-read.js';
import type { GeneratedSource } from '../source/provide-source.js';
import { reportResume } from './resume-report.js';
import type { KilledReading, Reading, ResumeReport } from './resume-report.js';
import { createShardStarts } from './shard-starts.js';

export interface ResumeTrial {
  readonly source: GeneratedSource;
  readonly gzip: boolean;
  /** A small source of all types: it makes a worker load all of its modules. */
  readonly warmUp: GeneratedSource;
  readonly views: readonly BundledView[];
  /** Settings of a worker that differ from its defaults. */
  readonly worker: Readonly<Record<string, string>>;
  /** How long each worker lives. */
  readonly killEveryMs: number;
}

/** Exports once in peace and once by workers that are killed, and compares. */
export async function measureResume(
  stack: LocalStack,
  trial: ResumeTrial,
  signal: AbortSignal,
): Promise<ResumeReport> {
  const { ownBytes, ...uninterrupted } = await readInPeace(stack, trial, signal);
  const killed = await readUnderKills(stack, trial, ownBytes, signal);
  return reportResume({ ...trial.source, gzip: trial.gzip }, uninterrupted, killed);
}

/** `ownBytes` are the bytes that a worker reads besides its input: its modules, in each of its threads. */
async function readInPeace(
  stack: LocalStack,
  trial: ResumeTrial,
  signal: AbortSignal,
): Promise<Reading & { readonly ownBytes: number }> {
  const { warmUp, views } = trial;
  const worker = await stack.startWorker(trial.worker);
  await runExport(stack.api.fhirUrl, { source: warmUp.name, views, format: 'ndjson' }, signal);
  const before = await readBytesRead(worker.pid);
  const run = await exportAll(stack, trial, signal);
  const bytesRead = (await readBytesRead(worker.pid)) - before;
  await worker.end('SIGTERM');
  const hashes = await hashOutputs(run.manifest, signal);
  return { seconds: run.seconds, bytesRead, hashes, ownBytes: before - warmUp.storedBytes };
}

async function readUnderKills(
  stack: LocalStack,
  trial: ResumeTrial,
  ownBytes: number,
  signal: AbortSignal,
): Promise<KilledReading> {
  const starts = createShardStarts();
  const startWorker = () => stack.startWorker(trial.worker, eventReader(starts.add));
  let bytesRead = 0;
  let kills = 0;
  let worker = await startWorker();
  const running = exportAll(stack, trial, signal);
  // Awaited below; until then its failure is the end of the loop only.
  const over = running.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([over, delay(trial.killEveryMs, false, { signal })]))) {
    await freeze(worker);
    bytesRead += Math.max(0, (await readBytesRead(worker.pid)) - ownBytes);
    worker.signal('SIGKILL');
    await worker.ended;
    kills += 1;
    worker = await startWorker();
  }
  const { seconds, manifest } = await running;
  bytesRead += Math.max(0, (await readBytesRead(worker.pid)) - ownBytes);
  await worker.end('SIGTERM');
  const skippedBytes = trial.gzip ? starts.offsets : 0;
  const hashes = await hashOutputs(manifest, signal);
  return { seconds, bytesRead, hashes, kills, shardStarts: starts.count, skippedBytes };
}

function exportAll(stack: LocalStack, trial: ResumeTrial, signal: AbortSignal): Promise<ExportRun> {
  const { source, views } = trial;
  return runExport(stack.api.fhirUrl, { source: source.name, views, format: 'ndjson' }, signal);
}
