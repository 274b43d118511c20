import type { Issue, IssueCode } from '@millrace/fhir';
import { ProtocolError } from './errors.js';

/** One thing that is wrong with a kick-off request. */
export interface Fault {
  readonly status: 400 | 404 | 415 | 422;
  readonly code: IssueCode;
  readonly diagnostics: string;
  readonly expression?: string;
}

/**
 * All faults of a request are reported together under one status, the first of these that any of them has:
 * 415 body of another media type, 404 a subject that cannot be found, 400 a request that breaks the operation's
 * rules, 422 a subject that was found but cannot be run. An absent subject wins over the rest because that is
 * what the reference tests of the specification ask for.
 */
const PRECEDENCE: readonly Fault['status'][] = [415, 404, 400, 422];

/** @param faults at least one; `unlisted` how many there are beside them */
export function faultsError(faults: readonly Fault[], unlisted = 0): ProtocolError {
  const status = PRECEDENCE.find((candidate) => faults.some((fault) => fault.status === candidate)) ?? 400;
  return new ProtocolError(status, faults.map(issueOf), undefined, faults.length + unlisted);
}

function issueOf({ code, diagnostics, expression }: Fault): Issue {
  return {
    severity: 'error',
    code,
    diagnostics,
    ...(expression === undefined ? {} : { expression: [expression] }),
  };
}
