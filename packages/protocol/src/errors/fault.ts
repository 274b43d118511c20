import type { Issue, IssueCode } from '@millrace/fhir';
import { ProtocolError } from './errors.js';

/** One thing that is wrong with a kick-off request. */
export interface Fault {
  readonly status: 400 | 404 | 415 | 422;
  readonly code: IssueCode;
  readonly diagnostics: string;
  readonly expression?: string;
  /** It is about an artefact that a subject depends on, and not about a subject. */
  readonly isOfDependency?: true;
}

/**
 * All faults of a request are reported together under one status, the first of these that any of them has:
 * 415 body of another media type, 404 a subject that cannot be found, 400 a request that breaks the operation's
 * rules, 404 a dependency that cannot be found, 422 a subject that was found but cannot be run. The reference tests of
 * the specification ask for this order: an absent subject wins over the rest, and a `context` that matches nothing wins
 * over the dependency that it was meant for.
 */
const PRECEDENCE: readonly ((fault: Fault) => boolean)[] = [
  ({ status }) => status === 415,
  ({ status, isOfDependency }) => status === 404 && isOfDependency !== true,
  ({ status }) => status === 400,
  ({ status }) => status === 404,
  ({ status }) => status === 422,
];

/** @param faults at least one; `unlisted` how many there are beside them */
export function faultsError(faults: readonly Fault[], unlisted = 0): ProtocolError {
  const first = PRECEDENCE.map((isSuch) => faults.find(isSuch)).find((fault) => fault !== undefined);
  const status = first?.status ?? 400;
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
