import type { Format } from '@millrace/formats';
import { readMemory, readPeakMemory } from '@millrace/harness-kit';
import type { LocalStack } from '@millrace/local-stack';
import type { BundledView } from '@millrace/samples';
import { runExport } from '../exporting/run-export.js';
import type { GeneratedSource } from '../source/provide-source.js';
import { comparePeaks, summarizePeaks } from './memory-report.js';
import type { MemoryComparison, PeakRun } from './memory-report.js';

export interface MemoryTrial {
  readonly small: GeneratedSource;
  readonly large: GeneratedSource;
  readonly views: readonly BundledView[];
  readonly format: Format;
  /** Engine threads of a worker. */
  readonly threads: number;
  readonly rounds: number;
}

/** Exports both sources in turns, each by a worker that has done nothing before. */
export async function measureMemory(
  stack: LocalStack,
  trial: MemoryTrial,
  signal: AbortSignal,
): Promise<MemoryComparison> {
  const small: PeakRun[] = [];
  const large: PeakRun[] = [];
  for (let round = 0; round < trial.rounds; round += 1) {
    small.push(await measurePeak(stack, trial, trial.small, signal));
    large.push(await measurePeak(stack, trial, trial.large, signal));
  }
  const { threads } = trial;
  return comparePeaks(
    summarizePeaks(trial.small.bytes, threads, small),
    summarizePeaks(trial.large.bytes, threads, large),
  );
}

async function measurePeak(
  stack: LocalStack,
  { views, format, threads }: MemoryTrial,
  source: GeneratedSource,
  signal: AbortSignal,
): Promise<PeakRun> {
  const worker = await stack.startWorker({ ENGINE_THREADS: String(threads) });
  const idleBytes = await readMemory(worker.pid);
  const { seconds } = await runExport(stack.api.fhirUrl, { source: source.name, views, format }, signal);
  const peakBytes = await readPeakMemory(worker.pid);
  await worker.end('SIGTERM');
  return { peakBytes, idleBytes, seconds };
}
