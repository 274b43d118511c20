import type { Outcome } from './export.js';
import type { ExportRecord } from './export-record.js';
import type { SentStep } from './sent-step.js';

/** A worker that registered recently. */
export interface KnownWorker {
  readonly id: string;
  /** Steps it works on at a time. */
  readonly slots: number;
  /** Until when it counts if it is not heard of again, in ms. */
  readonly knownUntil: number;
}

/**
 * Counts of all exports since the store was empty, taken at one moment: those that were started, less those that have
 * ended, run. A loss of the store loses the counts too, and exports that are put back count as started again.
 */
export interface ExportTotals {
  /** Exports that became `accepted`. */
  readonly started: number;
  /** By outcome; `unknown` for those whose record somebody removed, or that a version ended that did not count. */
  readonly ended: Readonly<Record<Outcome | 'unknown', number>>;
  /** Exports that are accepted, in progress or deciding. */
  readonly running: number;
}

/**
 * The contents of the store, a page at a time, for code that decides what must be done. Times are by the
 * clock of Redis.
 */
export interface CensusReads {
  /**
   * Exports that are not over, in the order in which they were accepted.
   *
   * @param after `next` of the page before; undefined starts over
   */
  liveExports(
    after: string | undefined,
    max: number,
  ): Promise<{ readonly exports: readonly ExportRecord[]; readonly next: string | undefined }>;
  exportTotals(): Promise<ExportTotals>;
  /** How many exports there are: those that are not over, as `liveExports` has them, and those that have ended. */
  exportCounts(): Promise<{ readonly live: number; readonly ended: number }>;
  /** Workers that count, by id. */
  knownWorkers(): Promise<readonly KnownWorker[]>;
  /** Steps that were sent, those first that were or will be in doubt the earliest; and the workers that are known. */
  sentSteps(max: number): Promise<{
    readonly at: number;
    readonly steps: readonly SentStep[];
    readonly workers: ReadonlySet<string>;
  }>;
}
