import { median } from '../interleave.js';
import { rounded } from '../rounded.js';

/** The promise: memory does not grow with the input, and each thread takes little of it. */
export const MEMORY_LIMITS = { peakBytes: 400e6, perThreadBytes: 120e6, ratio: 1.3 } as const;

/** One export by a worker process of its own. */
export interface PeakRun {
  readonly peakBytes: number;
  /** Before it did anything. */
  readonly idleBytes: number;
  readonly seconds: number;
}

/** Medians of the runs over one source. */
export interface PeakSummary {
  readonly inputBytes: number;
  readonly peakBytes: number;
  readonly peaks: readonly number[];
  readonly idleBytes: number;
  /** Memory of the export beyond the idle process, for each engine thread. */
  readonly perThreadBytes: number;
  readonly mbPerSecond: number;
}

export interface MemoryComparison {
  readonly small: PeakSummary;
  readonly large: PeakSummary;
  /** Peak with the large source to peak with the small one. */
  readonly ratio: number;
  readonly withinPeak: boolean;
  readonly withinPerThread: boolean;
  readonly withinRatio: boolean;
}

export function summarizePeaks(inputBytes: number, threads: number, runs: readonly PeakRun[]): PeakSummary {
  const peaks = runs.map(({ peakBytes }) => peakBytes);
  return {
    inputBytes,
    peakBytes: median(peaks),
    peaks,
    idleBytes: median(runs.map(({ idleBytes }) => idleBytes)),
    perThreadBytes: Math.round(
      median(runs.map(({ peakBytes, idleBytes }) => (peakBytes - idleBytes) / threads)),
    ),
    mbPerSecond: rounded(median(runs.map(({ seconds }) => inputBytes / seconds)) / 1e6),
  };
}

export function comparePeaks(small: PeakSummary, large: PeakSummary): MemoryComparison {
  const ratio = large.peakBytes / small.peakBytes;
  return {
    small,
    large,
    ratio: rounded(ratio),
    withinPeak: Math.max(small.peakBytes, large.peakBytes) <= MEMORY_LIMITS.peakBytes,
    withinPerThread: Math.max(small.perThreadBytes, large.perThreadBytes) < MEMORY_LIMITS.perThreadBytes,
    withinRatio: ratio <= MEMORY_LIMITS.ratio,
  };
}
