import type { Metrics } from './metrics.js';

/** The live exports: the same answer from every process. */
export interface ExportsReading {
  /** How many are in each state; a state without any has 0. */
  readonly states: Readonly<Record<string, number>>;
  /** Longest time for which nothing was committed of one that runs; 0 when none does. */
  readonly longestStillMs: number;
}

/** Refreshes the gauges of exports. Every replica reports the same, so that alerts aggregate with `max`. */
export function setExportGauges(metrics: Metrics, { states, longestStillMs }: ExportsReading): void {
  for (const [state, count] of Object.entries(states)) metrics.exports.set({ state }, count);
  metrics.longestStillSeconds.set(longestStillMs / 1000);
}
