import type { Metrics } from './metrics.js';

/** How much waits in the job store: the same answer from every process. */
export interface BacklogReading {
  /** Steps that are ready and that no worker holds. */
  readonly queued: number;
  readonly oldestMs: number;
  /** Steps that were dispatched and are neither done nor back. */
  readonly window: number;
}

/** Refreshes the gauges of the backlog. Every replica reports the same, so that alerts aggregate with `max`. */
export function setBacklogGauges(metrics: Metrics, { queued, oldestMs, window }: BacklogReading): void {
  metrics.queuedSteps.set(queued);
  metrics.oldestQueuedSeconds.set(oldestMs / 1000);
  metrics.windowSteps.set(window);
}
