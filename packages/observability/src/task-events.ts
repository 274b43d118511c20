import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of background tasks. */
export interface TaskEvents {
  /**
   * An activation ended. `level` says whether there was nothing to do, routine work, or a sign of a fault;
   * `err` is the error of the task, or of one of its items.
   */
  taskActivated(event: {
    task: string;
    reason: string;
    iteration: number;
    elapsedMs: number;
    level: 'debug' | 'info' | 'warn';
    details: Readonly<Record<string, unknown>>;
    /** Items that could not be handled. */
    failedItems: number;
    /** The activation itself threw. */
    hasFailed: boolean;
    err?: unknown;
  }): void;
  /**
   * A file of a completed export was read again. `altered`: its content is not what its export committed.
   * Files are named as clients see them.
   */
  outputVerified(event: {
    readonly exportId: string;
    readonly file: string;
    readonly key: string;
    readonly bytes: number;
    readonly verdict: 'intact' | 'altered' | 'missing';
  }): void;
  /** A task could not be activated, or its schedule not be kept; it is tried again. */
  tasksFailed(event: { part: string; err: unknown }): void;
  /** A message that a period has passed was lost in an outage, while what it activated went on. Each task may lose one. */
  tickLost(event: { err: unknown }): void;
}

export function createTaskEvents(log: Log, metrics: Metrics): TaskEvents {
  return {
    taskActivated({ level, hasFailed: failed, ...event }) {
      const { task, elapsedMs } = event;
      const result = failed ? 'error' : event.failedItems > 0 ? 'incomplete' : 'ok';
      metrics.taskActivations.inc({ task, result });
      metrics.taskSeconds.observe({ task }, elapsedMs / 1000);
      if (!failed) metrics.taskSucceededAt.set({ task }, Date.now() / 1000);
      if (failed) log.error(event, 'background task failed');
      else log[level](event, 'background task ran');
    },
    outputVerified({ verdict, ...event }) {
      metrics.outputFilesVerified.inc();
      metrics.outputBytesVerified.inc(event.bytes);
      if (verdict === 'intact') log.debug(event, 'stored file verified');
      else {
        metrics.outputFilesDamaged.inc({ verdict });
        log.error({ ...event, verdict }, 'stored file differs from the committed one');
      }
    },
    tasksFailed(event) {
      metrics.taskFailures.inc({ part: event.part });
      log.warn(event, 'background tasks');
    },
    tickLost(event) {
      metrics.taskFailures.inc({ part: 'tick' });
      log.debug(event, 'tick lost');
    },
  };
}
