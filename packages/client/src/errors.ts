import { issuesOf, type OutcomeIssue } from './outcome.js';
import { rateLimitMs, retryAfterMs } from './retry-after.js';

/** A message is for people. `issues` has all of them. */
const MOST_REASONS = 20;
const MOST_CHARACTERS = 2000;

/** The server answered with an error status. Its OperationOutcome is kept issue by issue. */
export class ServerRefusedError extends Error {
  override readonly name = 'ServerRefusedError';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Empty when the body was not an OperationOutcome. */
  readonly issues: readonly OutcomeIssue[];
  /** The wait that `Retry-After` asked for, or for 429 `RateLimit`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The start of the body, as text. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(answer: {
    method: string;
    url: string;
    status: number;
    body: string;
    headers: Readonly<Record<string, string>>;
  }) {
    const issues = issuesOf(answer.body);
    const reasons = issues
      .slice(0, MOST_REASONS)
      .map(({ code, diagnostics, expression }) =>
        withElement(expression?.join(', '), diagnostics ?? code).slice(0, MOST_CHARACTERS),
      );
    if (issues.length > MOST_REASONS) reasons.push(`and ${issues.length - MOST_REASONS} more`);
    super(
      `${answer.method} ${answer.url} was answered with ${answer.status}` +
        (reasons.length > 0 ? `: ${reasons.join('; ')}` : ' and no OperationOutcome'),
    );
    this.method = answer.method;
    this.url = answer.url;
    this.status = answer.status;
    this.issues = issues;
    this.retryAfterMs =
      retryAfterMs(answer.headers['retry-after'] ?? null, new Date()) ??
      (answer.status === 429 ? rateLimitMs(answer.headers['ratelimit']) : undefined);
    this.body = answer.body;
    this.headers = answer.headers;
  }
}

/** Some diagnostics begin with the element that they are about. */
function withElement(element: string | undefined, text: string): string {
  if (element === undefined || text === element) return text;
  const isNamed = text.startsWith(`${element}:`) || text.startsWith(`${element} `);
  return isNamed ? text : `${element}: ${text}`;
}

/** No answer arrived: connection refused, reset, or name not found. */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError';
  readonly method: string;
  readonly url: string;
  /** The code of the reason, such as `ECONNREFUSED`, where it has one. */
  readonly code: string | undefined;

  constructor(method: string, url: string, cause: unknown) {
    const root = rootOf(cause);
    super(`${method} ${url} got no answer: ${messageOf(root)}`, { cause });
    this.method = method;
    this.url = url;
    this.code = isError(root) && 'code' in root ? String(root.code) : undefined;
  }
}

/** A kick-off got no answer after it was sent. Its cause is the failure. */
export class UnansweredKickOffError extends Error {
  override readonly name = 'UnansweredKickOffError';

  constructor(cause: unknown) {
    super(
      `${messageOf(cause)}; an export may have begun all the same, and a server that does not know Idempotency-Key begins a second one when it is asked again`,
      { cause },
    );
  }
}

/** An answer that breaks the specification: a missing header, or a body of another shape. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
  readonly url: string;

  constructor(url: string, found: string, expected: string) {
    super(`${url} answered with ${found}; expected ${expected}`);
    this.url = url;
  }
}

/** A fact about a file that a manifest states and a download is checked against. */
export type FileFact = 'bytes' | 'sha256' | 'rows';

/** A downloaded file is not the one that the manifest describes. It is not kept. */
export class DownloadMismatchError extends Error {
  override readonly name = 'DownloadMismatchError';
  readonly url: string;
  readonly fact: FileFact;
  readonly expected: string;
  readonly found: string;

  constructor(url: string, fact: FileFact, expected: string, found: string) {
    super(`download of ${url} has ${fact} ${found}; the manifest says ${expected}`);
    this.url = url;
    this.fact = fact;
    this.expected = expected;
    this.found = found;
  }
}

/** An output name that cannot be a file name, so that it cannot leave the download directory. */
export class UnsafeOutputNameError extends Error {
  override readonly name = 'UnsafeOutputNameError';
  readonly outputName: string;

  constructor(outputName: string) {
    super(
      `output name ${JSON.stringify(outputName)} is not a plain file name, or is there twice: it must have printable characters only, no leading dot, no / and no \\`,
    );
    this.outputName = outputName;
  }
}

/** The folder of a download takes no more bytes, such as on a disk that is full. What came of the file is not kept. */
export class FileWriteError extends Error {
  override readonly name = 'FileWriteError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${messageOf(rootOf(cause))}`, { cause });
    this.path = path;
  }
}

/** A downloaded file is not what a file of that kind must be, whatever the manifest says. It is not kept. */
export class DamagedDownloadError extends Error {
  override readonly name = 'DamagedDownloadError';
  readonly url: string;

  constructor(url: string, damage: string, cause?: unknown) {
    super(`download of ${url} ${damage}`, { cause });
    this.url = url;
  }
}

/** Something needs the access token and is at an origin that must not see it. */
export class TokenOriginError extends Error {
  override readonly name = 'TokenOriginError';
  readonly url: string;

  constructor(url: string, trusted: readonly string[]) {
    const { origin } = new URL(url);
    super(
      `${url} needs the access token, which goes to ${trusted.join(', ')} only; add ${origin} to the origins of the token if that place may have it`,
    );
    this.url = url;
  }
}

/** The server gives no access token, for a reason that does not pass by waiting. */
export class LoginRefusedError extends Error {
  override readonly name = 'LoginRefusedError';
  readonly url: string;
  /** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
  readonly code: string;

  constructor(url: string, code: string, description: string | undefined) {
    super(`${url} gives no access token: ${code}${description === undefined ? '' : `, ${description}`}`);
    this.url = url;
    this.code = code;
  }
}

/** The folder of an export cannot take this one. The message says what to do. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/** `fetch` hides the reason of a failed connection in its cause, sometimes in several. */
function rootOf(error: unknown): unknown {
  if (!isError(error)) return error;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return rootOf(error.errors[0]);
  return error.cause === undefined ? error : rootOf(error.cause);
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** An error of the platform may be of another realm, and no instance of our `Error`. */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error;
}
