import { listedIssues, listedTexts, type Issue, type IssueCode } from '@millrace/fhir';

/** A request that is answered with an OperationOutcome, with all its faults in one error. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  /** HTTP status. */
  readonly status: number;
  /** As many as an answer lists. */
  readonly issues: readonly Issue[];
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number | undefined;

  /** @param total how many issues there are, where `issues` are the first of them only */
  constructor(status: number, issues: readonly Issue[], retryAfter?: number, total = issues.length) {
    super(
      listedTexts(
        issues.map((issue) => issue.diagnostics),
        total,
      ),
    );
    this.status = status;
    this.issues = listedIssues(issues, total);
    this.retryAfter = retryAfter;
  }
}

/** A request with one fault. */
export function refuse(
  status: number,
  code: IssueCode,
  diagnostics: string,
  more: { expression?: string; retryAfter?: number } = {},
): ProtocolError {
  const { expression, retryAfter } = more;
  return new ProtocolError(
    status,
    [
      {
        severity: 'error',
        code,
        diagnostics,
        ...(expression === undefined ? {} : { expression: [expression] }),
      },
    ],
    retryAfter,
  );
}

/** The answer for an export that is unknown, cancelled, deleted, expired or somebody else's: they look the same. */
export function exportNotFound(id: string): ProtocolError {
  return refuse(
    404,
    'not-found',
    `export ${quote(id)} does not exist: it was cancelled or deleted, has expired, or never existed`,
  );
}

/** When a client over its cap should ask again: exports take from seconds to hours. */
const RETRY_AFTER_SECONDS = 30;

/** The answer to a kick-off while `active` exports are under way and no more may be. */
export function tooManyExports(active: number): ProtocolError {
  return refuse(
    429,
    'throttled',
    `${active} exports are running or waiting, which is the limit; wait until one ends, or cancel one`,
    { retryAfter: RETRY_AFTER_SECONDS },
  );
}

/** The answer to a kick-off of a tenant that has begun `most` in this minute. @param retryAfter seconds */
export function tooManyKickOffs(most: number, retryAfter: number): ProtocolError {
  return refuse(
    429,
    'throttled',
    `${most} kick-offs in a minute are the limit of the tenant; ask again after ${retryAfter} s`,
    { retryAfter },
  );
}

/** The answer to a poll of a tenant that has reached its limit of polls in a minute. @param retryAfter seconds */
export function tooManyPolls(most: number, retryAfter: number): ProtocolError {
  const diagnostics = `${most} polls in a minute are the limit of the tenant; ask again after ${retryAfter} s`;
  return refuse(429, 'throttled', diagnostics, { retryAfter });
}

/** The answer to an export of more subjects than its tenant may have in one. */
export function tooManySubjects(count: number, most: number): ProtocolError {
  return refuse(422, 'too-costly', `the export has ${count} subjects; the limit of the tenant is ${most}`);
}

/** The answer to a client that polls an export much more often than it was told. @param retryAfter seconds */
export function polledTooOften(retryAfter: number): ProtocolError {
  return refuse(
    429,
    'throttled',
    `the status is asked for much more often than Retry-After allows; ask again after ${retryAfter} s`,
    { retryAfter },
  );
}

/** The answer to a kick-off whose idempotency key belongs to an export that another request has started. */
export function keyOfAnotherRequest(): ProtocolError {
  return refuse(
    422,
    'business-rule',
    'the Idempotency-Key belongs to an export that another request has started; send another key, or the same request',
  );
}

const UNDERWAY_RETRY_SECONDS = 1;

/** The answer to a kick-off while an earlier one with the same idempotency key has not been answered. */
export function sameKeyUnderway(): ProtocolError {
  return refuse(
    409,
    'conflict',
    'a request with the same Idempotency-Key is being answered; repeat this one to get its answer',
    { retryAfter: UNDERWAY_RETRY_SECONDS },
  );
}

/** A value of the request for use in a message: quoted, and cut so that a message stays a line. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
