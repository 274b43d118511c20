import type { Metrics } from './metrics.js';

/** The gauges of a queue. */
export interface QueueReading {
  readonly queue: string;
  /** Messages by state: `waiting`, `prioritized`, `active`, `delayed`, `failed`. */
  readonly jobs: Readonly<Record<string, number>>;
  /** 0 when nothing waits. */
  readonly oldestWaitingSeconds: number;
  readonly paused: boolean;
  readonly workers: number;
}

/**
 * Refreshes the queue gauges. Call it before a scrape; every API replica reports the same queues, so that alerts
 * aggregate with `max by (queue)`.
 */
export function setQueueGauges(metrics: Metrics, readings: readonly QueueReading[]): void {
  for (const { queue, jobs, oldestWaitingSeconds, paused, workers } of readings) {
    for (const [state, count] of Object.entries(jobs)) metrics.queueJobs.set({ queue, state }, count);
    metrics.queueOldestWaitingSeconds.set({ queue }, oldestWaitingSeconds);
    metrics.queuePaused.set({ queue }, paused ? 1 : 0);
    metrics.queueWorkers.set({ queue }, workers);
  }
}
