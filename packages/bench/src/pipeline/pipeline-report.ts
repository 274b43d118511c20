import { median } from '../interleave.js';
import type { TimedFiles } from '../ranges/timed-files.js';
import { rounded } from '../rounded.js';

/** What is promised. */
export const PIPELINE_LIMITS = {
  /** At least: speed of an export, from kick-off to result, to that of the same engine alone. */
  exportToPlain: 0.8,
  /** Less than: what API, queue, job store, planning and the manifest add, by the clock and by the processors. */
  controlShare: 0.05,
} as const;

/** The same views over the same source, round by round. */
export interface PipelineRuns {
  readonly inputBytes: number;
  /** Read, scan, hash, write and sync in plain loops. */
  readonly plain: readonly TimedRun[];
  /** Engine threads as a worker has them. */
  readonly engines: readonly TimedRun[];
  /** Exports through API, queue and worker, from kick-off to end. */
  readonly exports: readonly TimedRun[];
}

/** One run of one of them. */
export interface TimedRun extends TimedFiles {
  /** Processor time of API, Redis and the worker's main thread; 0 where there is none of them. */
  readonly controlCpuSeconds: number;
}

interface Speed {
  /** In the middle of all rounds. */
  readonly seconds: number;
  readonly fastestSeconds: number;
  /** Processor time of all that took part, in the middle of all rounds. */
  readonly cpuSeconds: number;
  readonly mbPerSecond: number;
}

export interface PipelineReport {
  readonly plain: Speed;
  readonly engines: Speed;
  readonly export: Speed;
  readonly exportToPlain: number;
  readonly enginesToPlain: number;
  /** What an export takes longer than engine threads alone, as a share of it. */
  readonly controlShare: number;
  /** What API, Redis and the worker's main thread have of the processor time, in the middle of all rounds. */
  readonly controlCpuShare: number;
  readonly rows: number;
  readonly outputBytes: number;
  /** Whether all three wrote the same files. */
  readonly sameFiles: boolean;
  readonly within: boolean;
}

/**
 * Medians, and ratios of the fastest runs: whatever else a machine does makes a run slower and none faster, and on a
 * shared one by more than the whole control plane costs.
 */
export function reportPipeline({ inputBytes, plain, engines, exports }: PipelineRuns): PipelineReport {
  const speed = (runs: readonly TimedFiles[]): Speed => {
    const seconds = median(runs.map((run) => run.seconds));
    return {
      seconds: rounded(seconds),
      fastestSeconds: rounded(fastest(runs)),
      cpuSeconds: rounded(median(runs.map((run) => run.cpuSeconds))),
      mbPerSecond: rounded(inputBytes / seconds / 1e6),
    };
  };
  const whole = fastest(exports);
  const exportToPlain = fastest(plain) / whole;
  const controlShare = (whole - fastest(engines)) / whole;
  const controlCpuShare = median(exports.map((run) => run.controlCpuSeconds / run.cpuSeconds));
  const kinds = new Set([...plain, ...engines, ...exports].map(({ sha256 }) => sha256.join(' ')));
  return {
    plain: speed(plain),
    engines: speed(engines),
    export: speed(exports),
    exportToPlain: rounded(exportToPlain),
    enginesToPlain: rounded(fastest(plain) / fastest(engines)),
    controlShare: rounded(controlShare),
    controlCpuShare: rounded(controlCpuShare),
    rows: exports[0]?.rows ?? 0,
    outputBytes: exports[0]?.bytes ?? 0,
    sameFiles: kinds.size === 1,
    within:
      exportToPlain >= PIPELINE_LIMITS.exportToPlain &&
      Math.max(controlShare, controlCpuShare) < PIPELINE_LIMITS.controlShare,
  };
}

function fastest(runs: readonly TimedFiles[]): number {
  return Math.min(...runs.map(({ seconds }) => seconds));
}
