import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** One attempt at one step. */
export interface Attempt {
  readonly exportId: string;
  readonly step: string;
  readonly attempt: number;
}

/** The failure of an attempt. */
export interface FailedAttempt extends Attempt {
  /** FHIR issue type of the failure. */
  readonly code: string;
  /** File, position and fault; no value of a resource. */
  readonly reason: string;
  readonly retryable: boolean;
  readonly err?: unknown;
}

/** Events of plan, shards and finalize while a worker holds their lease. */
export interface StepEvents {
  /** `offset` is not 0 when the shard is resumed; `waitedMs` counts from the message. */
  shardStarted(event: Attempt & { offset: number; waitedMs?: number }): void;
  cutCommitted(
    event: Attempt & {
      cut: number;
      parts: number;
      rowsWritten: number;
      bytesWritten: number;
      bytesRead: number;
      format: string;
      /** Key of the input; absent where none is read. The counts are of lines and resources in the cut that no view saw. */
      input?: string;
      tally: {
        skippedLines: number;
        firstSkipped?: number;
        otherTypes: Readonly<Record<string, number>>;
        undated?: { count: number; first: number };
      };
    },
  ): void;
  /** `engines` has one entry for each subject of the pass. */
  shardCommitted(event: Attempt & { durationMs: number; engines: readonly string[] }): void;
  /** An attempt at a shard failed. */
  shardFailed(event: FailedAttempt & { durationMs: number }): void;
  /** An attempt at `plan` or `finalize` failed. */
  stepFailed(event: FailedAttempt): void;
  /**
   * A step could not go on because something it needs is away, and waits; no attempt is spent. `reason` is without
   * content.
   */
  stepPostponed(
    event: Attempt & { dependency: string; reason: string; waitMs: number; durationMs: number; err: unknown },
  ): void;
  /** A page of a manifest could not be written; a later one has its files. */
  pageDelayed(event: { exportId: string; step: string; err: unknown }): void;
  /** A shard was given back without spending an attempt. */
  shardHandedBack(event: Attempt & { durationMs: number; reason: 'shutdown' | 'turn' }): void;
  /** A step was given up because its export is over, or is being decided. */
  stepStopped(event: Attempt & { durationMs: number }): void;
  /** The work stopped because its lease was, or could have been, lost. */
  leaseLost(event: Attempt & { reason: 'fenced' | 'deadline' | 'bullmq' }): void;
  /** A write was refused by the job store; `op` is its name. */
  fenced(event: { exportId: string; step: string; op: string }): void;
  /** BullMQ delivered a message again, because its lock had run out. */
  stalled(event: { queue: string; messageId: string }): void;
}

/** A failure that ends its export is told by the line of the export, with the same reason. An error of the code has a stack. */
function levelOf({ retryable, err }: FailedAttempt): 'warn' | 'info' {
  return retryable || err !== undefined ? 'warn' : 'info';
}

export function createStepEvents(log: Log, metrics: Metrics): StepEvents {
  return {
    shardStarted(event) {
      if (event.waitedMs !== undefined) metrics.shardWaitSeconds.observe(event.waitedMs / 1000);
      log.debug(event, 'shard started');
    },
    cutCommitted(event) {
      metrics.cutsCommitted.inc();
      metrics.rowsWritten.inc({ format: event.format }, event.rowsWritten);
      metrics.bytesWritten.inc({ format: event.format }, event.bytesWritten);
      metrics.bytesRead.inc(event.bytesRead);
      const { skippedLines, otherTypes, undated } = event.tally;
      metrics.skippedLines.inc(skippedLines);
      for (const count of Object.values(otherTypes)) metrics.otherTypes.inc(count);
      metrics.undatedResources.inc(undated?.count ?? 0);
      if (skippedLines > 0) log.warn(event, 'cut committed; skipped lines that are not resources');
      else if (undated !== undefined) log.warn(event, 'cut committed; some resources have no readable date');
      else log.debug(event, 'cut committed');
    },
    shardCommitted(event) {
      metrics.shardSeconds.observe({ outcome: 'committed' }, event.durationMs / 1000);
      for (const engine of event.engines) metrics.enginePasses.inc({ engine });
      log.info(event, 'shard committed');
    },
    shardFailed(event) {
      metrics.shardSeconds.observe({ outcome: 'failed' }, event.durationMs / 1000);
      log[levelOf(event)](event, 'shard failed');
    },
    stepFailed(event) {
      log[levelOf(event)](event, 'step failed');
    },
    stepPostponed(event) {
      metrics.stepsPostponed.inc({ dependency: event.dependency });
      log.warn(event, 'step postponed');
    },
    pageDelayed(event) {
      log.warn(event, 'page of the manifest not written yet');
    },
    shardHandedBack(event) {
      metrics.shardSeconds.observe({ outcome: 'handed-back' }, event.durationMs / 1000);
      log.info(event, 'shard handed back');
    },
    stepStopped(event) {
      metrics.shardSeconds.observe({ outcome: 'stopped' }, event.durationMs / 1000);
      log.info(event, 'step stopped');
    },
    leaseLost(event) {
      metrics.leasesLost.inc({ reason: event.reason });
      log.warn(event, 'lease lost');
    },
    fenced(event) {
      metrics.fencedWrites.inc({ op: event.op });
      log.warn(event, 'write refused');
    },
    stalled(event) {
      metrics.stalledMessages.inc({ queue: event.queue });
      log.warn(event, 'message delivered again');
    },
  };
}
