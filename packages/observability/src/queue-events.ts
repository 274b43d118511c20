import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of steps while they wait. */
export interface QueueEvents {
  /** Messages could not be sent; the steps are found again. */
  dispatchFailed(event: { err: unknown }): void;
  /** A worker could not say that it is there. */
  registrationFailed(event: { err: unknown }): void;
  /** Steps wait again whose lease had ended, whose message was gone, or that no set named. */
  stepsReturned(event: { reason: 'lease' | 'message' | 'missing'; steps: number }): void;
  /** The record of an export that was listed as live is gone. */
  recordLost(event: { exportId: string }): void;
  /** An export that Redis had lost was put back from the object store. */
  exportRebuilt(event: { exportId: string }): void;
}

export function createQueueEvents(log: Log, metrics: Metrics): QueueEvents {
  return {
    dispatchFailed(event) {
      metrics.dispatchesFailed.inc();
      log.warn(event, 'messages could not be sent');
    },
    registrationFailed(event) {
      log.warn(event, 'worker not registered');
    },
    stepsReturned(event) {
      metrics.stepsReturned.inc({ reason: event.reason }, event.steps);
      log.warn(event, 'steps put back into the queue');
    },
    recordLost(event) {
      metrics.recordsLost.inc();
      log.error(event, 'record of a live export is lost');
    },
    exportRebuilt(event) {
      metrics.exportsRebuilt.inc();
      log.warn(event, 'export put back from the object store');
    },
  };
}
