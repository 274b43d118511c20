import { median } from '../interleave.js';
import type { FilesWithLines } from '../ranges/alone.js';
import type { TimedFiles } from '../ranges/timed-files.js';
import { rounded } from '../rounded.js';

/** The promised limits. */
export const PIPELINE_LIMITS = {
  /** At least: speed of an export, from kick-off to end, to that of plain loops around the same engine. */
  exportToPlain: 0.8,
  /**
   * Upper limit of the time that API, queue, job store, planning and the manifest add, as a share of an
   * export.
   */
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
export interface TimedRun extends FilesWithLines {
  /** Processor time of API, Redis and the worker's main thread; 0 for runs without them. */
  readonly controlCpuSeconds: number;
}

interface Speed {
  readonly seconds: number;
  readonly fastestSeconds: number;
  /** Processor time of all that took part: on a busy machine it says more than the clock. */
  readonly cpuSeconds: number;
  readonly mbPerSecond: number;
}

export interface PipelineReport {
  readonly plain: Speed;
  readonly engines: Speed;
  readonly export: Speed;
  readonly exportToPlain: number;
  readonly enginesToPlain: number;
  /** The additional time of an export over that of engine threads alone, as a share of the export. */
  readonly controlShare: number;
  /** The same of the processor time. */
  readonly controlCpuShare: number;
  /** The part of the processor time of an export that API, Redis and the worker's main thread have, and no more. */
  readonly controlThreadsCpuShare: number;
  readonly rows: number;
  readonly outputBytes: number;
  /** Whether all three wrote the same lines. An export joins files, which the others do not. */
  readonly sameLines: boolean;
  readonly within: boolean;
}

/** Medians; ratios are medians of the ratios of each round. */
export function reportPipeline({ inputBytes, plain, engines, exports }: PipelineRuns): PipelineReport {
  const speed = (runs: readonly TimedFiles[]): Speed => {
    const seconds = median(runs.map((run) => run.seconds));
    return {
      seconds: rounded(seconds),
      fastestSeconds: rounded(Math.min(...runs.map((run) => run.seconds))),
      cpuSeconds: rounded(median(runs.map((run) => run.cpuSeconds))),
      mbPerSecond: rounded(inputBytes / seconds / 1e6),
    };
  };
  const ofRounds = (
    fact: 'seconds' | 'cpuSeconds',
    compare: (plain: number, engines: number, whole: number) => number,
  ): number =>
    median(
      exports.map((whole, round) =>
        compare(plain[round]?.[fact] ?? Number.NaN, engines[round]?.[fact] ?? Number.NaN, whole[fact]),
      ),
    );
  const exportToPlain = ofRounds('seconds', (alone, _, whole) => alone / whole);
  const share = (_: number, working: number, whole: number): number => (whole - working) / whole;
  const controlShare = ofRounds('seconds', share);
  const kinds = new Set([...plain, ...engines, ...exports].map(({ lines }) => lines));
  return {
    plain: speed(plain),
    engines: speed(engines),
    export: speed(exports),
    exportToPlain: rounded(exportToPlain),
    enginesToPlain: rounded(ofRounds('seconds', (alone, working) => alone / working)),
    controlShare: rounded(controlShare),
    controlCpuShare: rounded(ofRounds('cpuSeconds', share)),
    controlThreadsCpuShare: rounded(median(exports.map((run) => run.controlCpuSeconds / run.cpuSeconds))),
    rows: exports[0]?.rows ?? 0,
    outputBytes: exports[0]?.bytes ?? 0,
    sameLines: kinds.size === 1,
    within: exportToPlain >= PIPELINE_LIMITS.exportToPlain && controlShare < PIPELINE_LIMITS.controlShare,
  };
}
