import type { Metrics } from './metrics.js';

/** The live exports: the same answer from every process. */
export interface ExportsReading {
  /** How many are in each state; a state without any has 0. */
  readonly states: Readonly<Record<string, number>>;
  /** Longest time for which nothing was committed of one that runs; 0 when none does. */
  readonly longestStillMs: number;
}

/** How many exports there were and are, counted by the job store at one moment: the same answer from every process. */
export interface ExportTotals {
  readonly started: number;
  /** By outcome. */
  readonly ended: Readonly<Record<string, number>>;
  readonly running: number;
}

/**
 * Refreshes the totals of exports, which outlive every process: started, less all that have ended, is running, in every scrape. Every
 * replica reports the same, so that queries aggregate with `max`.
 */
export function setExportTotals(metrics: Metrics, { started, ended, running }: ExportTotals): void {
  const { exportsStarted, exportsEnded, exportsRunning } = metrics;
  // A counter of the library can only be raised.
  exportsStarted.reset();
  exportsStarted.inc(started);
  exportsEnded.reset();
  for (const [outcome, count] of Object.entries(ended)) exportsEnded.inc({ outcome }, count);
  exportsRunning.set(running);
}

/** Refreshes the gauges of exports. Every replica reports the same, so that alerts aggregate with `max`. */
export function setExportGauges(metrics: Metrics, { states, longestStillMs }: ExportsReading): void {
  for (const [state, count] of Object.entries(states)) metrics.exports.set({ state }, count);
  metrics.longestStillSeconds.set(longestStillMs / 1000);
}
