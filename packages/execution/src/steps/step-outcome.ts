import { ArtefactError, NewerVersionError } from '@millrace/export';
import type { ClaimResult, Failure, StepRef } from '@millrace/export';
import type { Dependency } from '@millrace/observability';
import { EngineFaultError, awayFault } from '@millrace/run';
import type { RangeFault } from '@millrace/run';
import { PartMissingError } from './part-missing-error.js';
import { stepFault } from './step-fault.js';

/** The fault that ended an attempt at a step. The step may also wait for a worker of a newer version. */
export interface StepFault extends Omit<RangeFault, 'away'> {
  readonly away?: Dependency | 'newer-worker';
}

/** The fault behind an error of a step, whichever thread it comes from. */
export function faultOf(error: unknown): StepFault {
  if (error instanceof NewerVersionError) return { ...awayFault(error, undefined), away: 'newer-worker' };
  if (error instanceof EngineFaultError) return error.fault;
  if (error instanceof PartMissingError || error instanceof ArtefactError) {
    return { failure: { status: 500, code: 'exception', diagnostics: error.message }, retryable: false };
  }
  return stepFault(error);
}

/** The failure of an export whose working state was damaged by hand. */
export function lostFailure(ref: StepRef): Failure {
  return {
    status: 500,
    code: 'exception',
    diagnostics: `the working state of ${ref.step} was removed from the job store`,
  };
}

/** The failure of a step that has waited too long for a missing dependency. */
export function awayFailure(ref: StepRef, { failure }: StepFault, afterMs: number): Failure {
  const waited = `${ref.step} has waited for ${Math.round(afterMs / 1000)} s for a store or source that it needs`;
  return { ...failure, diagnostics: `${waited}: ${failure.diagnostics}` };
}

/**
 * The failure of a step whose attempts are spent: the failure that the last attempt reported, if it could
 * report one.
 */
export function spentFailure(ref: StepRef, claim: Extract<ClaimResult, { kind: 'exhausted' }>): Failure {
  const tried = `${ref.step} was tried ${claim.attempts} times without progress`;
  return claim.failure === undefined
    ? {
        status: 500,
        code: 'exception',
        diagnostics: `${tried}; every worker that took it died or lost its lease`,
      }
    : { ...claim.failure, diagnostics: `${tried}: ${claim.failure.diagnostics}` };
}
