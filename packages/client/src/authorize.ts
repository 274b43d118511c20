/** A request that may need `Authorization`. */
export interface AuthorizedRequest {
  readonly url: string;
  /** Whether the server has answered 401 to the value before: another one is needed. */
  readonly isRefused: boolean;
}

/**
 * Gives the value of `Authorization` for a request, such as `Bearer abc`; undefined for none. It is asked for every request, so
 * that it can renew a token that is about to expire.
 */
export type Authorize = (request: AuthorizedRequest) => string | undefined | Promise<string | undefined>;

/**
 * The value of `Authorization` for a request. An error never has it in its message.
 *
 * @throws TypeError when no header can have it; the reason of `signal`, which need not wait for a token
 */
export async function authorizationFor(
  authorize: Authorize | undefined,
  request: AuthorizedRequest,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (authorize === undefined) return undefined;
  signal?.throwIfAborted();
  const value = await unlessAborted(Promise.resolve(authorize(request)), signal);
  if (value === undefined || /^[\t\x20-\x7e\x80-\xff]+$/.test(value)) return value;
  throw new TypeError('authorization gave a value that no header can have: one line of ASCII is expected');
}

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return value;
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
