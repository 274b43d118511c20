import { operationOutcome, type Issue, type IssueCode } from '@millrace/fhir';
import * as z from 'zod';
import { fhirAnswer, type Answer } from './answer.js';
import { ProtocolError } from '../errors/errors.js';
import { inEntry } from '../bundle/in-entry.js';

/** How one class of error is answered. */
interface OutcomeRow {
  readonly status: number;
  readonly code: IssueCode;
  /** The text for the client. If absent: the message of the error, which is then written for clients. */
  readonly diagnostics?: string;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter?: number;
}

/** Errors of other packages that carry their own answer, as `ProtocolError` does. */
const SELF_DESCRIBED: readonly string[] = ['DefinitionRefusedError'];

const selfDescribedSchema = z.object({
  status: z.int().min(400).max(599),
  issues: z.array(z.custom<Issue>((issue) => typeof issue === 'object' && issue !== null)),
});

const STORE_DOWN: OutcomeRow = {
  status: 503,
  code: 'transient',
  diagnostics: 'a store that the server needs does not answer; repeat the request later',
  retryAfter: 5,
};

/**
 * THE table from error to HTTP. Errors are known by their `name`, because packages of one layer do not import
 * one another; those in `SELF_DESCRIBED` bring their own status. Any other error is a 500 with the request id
 * and nothing else.
 */
const OUTCOME_TABLE: Readonly<Record<string, OutcomeRow>> = {
  // packages/storage
  StoreUnavailableError: STORE_DOWN,
  SourceUnavailableError: STORE_DOWN,
  // The file of an export that expired while it was asked for.
  ObjectMissingError: { status: 404, code: 'not-found', diagnostics: 'the file does not exist any more' },
  ObjectChangedError: {
    status: 500,
    code: 'exception',
    diagnostics: 'the stored file differs from the one that the export wrote; start the export again',
  },
  // packages/jobstore, and ioredis when Redis is away
  JobStoreUnavailableError: STORE_DOWN,
  MaxRetriesPerRequestError: STORE_DOWN,
  // packages/lifecycle, after a loss of Redis
  KeysUnsureError: {
    ...STORE_DOWN,
    diagnostics:
      'exports are being put back after a loss of data, so that it is not known yet whether one of them has the Idempotency-Key; repeat the request later',
  },
  // packages/export, while only some processes are of the newer version
  NewerVersionError: {
    ...STORE_DOWN,
    diagnostics: 'only a newer version of the server can read the export; repeat the request later',
  },
  // packages/auth
  TokenRefusedError: { status: 401, code: 'login' },
  ScopeRefusedError: { status: 403, code: 'forbidden' },
  KeysUnavailableError: {
    ...STORE_DOWN,
    diagnostics: 'the keys that tokens are verified with cannot be read now; repeat the request later',
  },
  // packages/audit: work that cannot be recorded is not done
  AuditUnavailableError: {
    ...STORE_DOWN,
    diagnostics: 'the audit log cannot take an entry, so the request was not carried out; repeat it later',
  },
  // packages/queue
  QueueUnavailableError: STORE_DOWN,
  // packages/cohort, while a source is indexed for the first time, or again because a file has changed
  IdIndexPendingError: {
    ...STORE_DOWN,
    diagnostics:
      'the patients and groups of the source are being indexed, so that it is not known yet whether those of the request exist; repeat the request later',
  },
  // packages/definitions; 412 is what FHIR asks for when If-Match does not hold
  VersionMismatchError: { status: 412, code: 'conflict' },
  DefinitionConflictError: { status: 409, code: 'conflict', retryAfter: 1 },
  // packages/threads: views that wait to be compiled, filters whose patients are looked for
  BusyError: {
    status: 503,
    code: 'throttled',
    diagnostics: 'the server is at its limit of such requests; repeat the request later',
    retryAfter: 5,
  },
  // packages/sqlquery, when a process of the engine ended or could not start
  SqlEngineError: {
    status: 503,
    code: 'transient',
    diagnostics: 'the SQL could not be analysed, because the engine failed; repeat the request later',
    retryAfter: 5,
  },
  // Express, when it cannot decode a part of the path
  URIError: { status: 400, code: 'invalid', diagnostics: 'the URL is not well-formed' },
};

/** The answer to any error. */
export function errorAnswer(error: unknown, requestId: string): Answer {
  const entry = failedEntry(error);
  if (entry !== undefined) return entryAnswer(entry, requestId);
  if (error instanceof ProtocolError) return issuesAnswer(error.status, error.issues, error.retryAfter);
  const own = selfDescribed(error);
  if (own !== undefined) return issuesAnswer(own.status, own.issues, undefined);
  const row = rowOf(error);
  if (row === undefined) {
    const diagnostics = `the server failed; the request id is ${requestId}`;
    return issuesAnswer(500, [{ severity: 'error', code: 'exception', diagnostics }], undefined);
  }
  const diagnostics = row.diagnostics ?? (error instanceof Error ? error.message : String(error));
  return issuesAnswer(row.status, [{ severity: 'error', code: row.code, diagnostics }], row.retryAfter);
}

/** packages/definitions: the change of a transaction that cannot be made. */
function failedEntry(error: unknown): { readonly entry: number; readonly cause: unknown } | undefined {
  if (!(error instanceof Error) || error.name !== 'EntryFailedError' || !('entry' in error)) return undefined;
  return { entry: Number(error.entry), cause: error.cause };
}

function entryAnswer({ entry, cause }: { entry: number; cause: unknown }, requestId: string): Answer {
  const { status, body, headers } = errorAnswer(cause, requestId);
  const issues = (body as { readonly issue: readonly Issue[] }).issue;
  const placed = inEntry(new ProtocolError(status, issues), entry);
  return { ...fhirAnswer(status, operationOutcome(placed.issues)), headers };
}

function selfDescribed(error: unknown): z.infer<typeof selfDescribedSchema> | undefined {
  if (!(error instanceof Error) || !SELF_DESCRIBED.includes(error.name)) return undefined;
  return selfDescribedSchema.safeParse(error).data;
}

function rowOf(error: unknown): OutcomeRow | undefined {
  if (!(error instanceof Error)) return undefined;
  return Object.hasOwn(OUTCOME_TABLE, error.name) ? OUTCOME_TABLE[error.name] : undefined;
}

function issuesAnswer(status: number, issues: readonly Issue[], retryAfter: number | undefined): Answer {
  return fhirAnswer(
    status,
    operationOutcome(issues),
    retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
  );
}
