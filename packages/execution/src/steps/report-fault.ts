import { LeaseLostError, shardIndex } from '@millrace/export';
import type { Lease, Postponement } from '@millrace/export';
import { failExport } from '@millrace/lifecycle';
import { growingPauseMs } from '@millrace/observability';
import type { Disposition } from '@millrace/queue';
import { persist } from '../lease/persist.js';
import { outcomePorts } from '../outcome-ports.js';
import type { ExecutionPorts } from '../ports.js';
import { awayFailure, faultOf } from './step-outcome.js';
import type { StepFault } from './step-outcome.js';
import { withRecord } from './with-record.js';

/** An attempt that has ended with an error, still under its lease. */
export interface FailedAttempt {
  readonly lease: Lease;
  readonly attempt: number;
}

/** Longest wait of a step for a missing dependency. The wait doubles up to this limit. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Decides the fate of a step whose attempt has failed: it waits for a missing dependency, is tried again, or
 * ends its export.
 *
 * @param stop aborted when the lease is lost
 * @throws LeaseLostError
 */
export async function reportFault(
  ports: ExecutionPorts,
  failed: FailedAttempt,
  error: unknown,
  durationMs: number,
  stop: AbortSignal,
): Promise<Disposition> {
  const fault = faultOf(error);
  if (fault.away === undefined) return endAttempt(ports, failed, fault, durationMs);
  const answer = await postpone(ports, failed.lease, stop);
  if (answer.kind === 'spent') {
    const failure = awayFailure(failed.lease, fault, answer.afterMs);
    return endAttempt(ports, failed, { ...fault, failure, retryable: false }, durationMs);
  }
  const { waitMs } = answer;
  const reason = fault.failure.diagnostics;
  const dependency = fault.away;
  ports.events.stepPostponed({ ...about(failed), dependency, reason, waitMs, durationMs, err: error });
  ports.dispatcher.nudge(waitMs);
  return { kind: 'done' };
}

async function postpone(ports: ExecutionPorts, lease: Lease, stop: AbortSignal): Promise<Postponement> {
  const { retryDelayMs, outagePatienceMs } = ports.settings;
  // Each is a fifth longer or shorter, so that the steps of an outage do not all come back at once.
  const wait = (ms: number): number => growingPauseMs(1, { firstMs: ms, lastMs: LONGEST_WAIT_MS });
  const terms = {
    firstMs: wait(retryDelayMs),
    lastMs: wait(LONGEST_WAIT_MS),
    patienceMs: outagePatienceMs,
  };
  const answer = await persist(() => ports.jobs.postpone(lease, terms), stop);
  if (answer.kind === 'fenced') throw new LeaseLostError('fenced', lease);
  return answer;
}

async function endAttempt(
  ports: ExecutionPorts,
  failed: FailedAttempt,
  fault: StepFault,
  durationMs: number,
): Promise<Disposition> {
  const { lease } = failed;
  const event = {
    ...about(failed),
    code: fault.failure.code,
    reason: fault.failure.diagnostics,
    retryable: fault.retryable,
    ...(fault.cause === undefined ? {} : { err: fault.cause }),
  };
  if (shardIndex(lease.step) === undefined) ports.events.stepFailed(event);
  else ports.events.shardFailed({ ...event, durationMs });
  if (!fault.retryable) {
    await withRecord(ports, lease, (record) =>
      failExport(outcomePorts(ports), record, fault.failure, { lease }),
    );
    return { kind: 'done' };
  }
  const { retryDelayMs } = ports.settings;
  const how = { kind: 'failed' as const, failure: fault.failure, retryMs: retryDelayMs };
  const answer = await ports.jobs.release(lease, how);
  if (answer.kind === 'fenced') throw new LeaseLostError('fenced', lease);
  ports.dispatcher.nudge(retryDelayMs);
  return { kind: 'done' };
}

function about({ lease: { exportId, step }, attempt }: FailedAttempt) {
  return { exportId, step, attempt };
}
