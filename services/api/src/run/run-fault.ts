import type { Failure } from '@millrace/export';
import { refuse } from '@millrace/protocol';
import { isIssueCode } from '@millrace/fhir';
import { EngineFaultError, InputsNotUnderstoodError, rangeFault } from '@millrace/run';
import type { RangeFault } from '@millrace/run';
import { SlowClientError } from './run-life.js';
import { RunTooCostlyError } from './run-limits.js';

/** When a client should ask again while something is away. */
const RETRY_AFTER_SECONDS = 5;

/**
 * The error that a client gets for an error of a run; other errors are answered as for any request.
 *
 * @param subjectAt the parameter that gave the subject, or what stands for it; undefined where the URL gave it
 */
export function runFault(error: unknown, subjectAt: string | undefined): unknown {
  if (error instanceof RunTooCostlyError) return refuse(422, 'too-costly', error.message);
  if (error instanceof SlowClientError) return refuse(408, 'timeout', error.message);
  if (error instanceof InputsNotUnderstoodError) return refuse(422, 'not-found', error.message);
  const fault = error instanceof EngineFaultError ? error.fault : rangeFault(error);
  return fault === undefined ? error : answered(fault, error, subjectAt);
}

function answered({ failure, away }: RangeFault, error: unknown, subjectAt: string | undefined): unknown {
  if (away !== undefined) {
    const diagnostics = 'a store that the server needs does not answer; repeat the request later';
    return refuse(503, 'transient', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
  }
  return failureFault(failure, error, subjectAt);
}

/**
 * The error that a client gets for a run that failed.
 *
 * @param error for a fault of the server, of which a client learns nothing
 */
export function failureFault(failure: Failure, error: unknown, subjectAt: string | undefined): unknown {
  const { status, code, diagnostics, expression } = failure;
  // Without detail, and with the id of the request.
  if (status === 500 && code === 'exception') return error;
  const [where] = expression ?? [];
  const at = where === 'subject[0]' ? subjectAt : where;
  return refuse(status, isIssueCode(code) ? code : 'exception', diagnostics, {
    ...(at === undefined ? {} : { expression: at }),
  });
}
