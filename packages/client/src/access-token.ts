import { TokenOriginError } from './errors.js';
import type { RequestOptions } from './exchange.js';

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

/** How a client shows who it is, and to whom. */
export interface Credentials {
  /** Bearer token: goes to the origin of the server only. */
  readonly token?: string | undefined;
  /** In place of `token`. */
  readonly authorization?: Authorize | undefined;
  /** URLs of other places that get it too, such as a server of files. */
  readonly tokenOrigins?: readonly string[] | undefined;
  /** In place of the `fetch` of the platform. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Says which requests show who the client is. */
export interface AccessToken {
  /** Options of a request to any URL: `Authorization` is left out where it is at an origin that must not see it. */
  readonly request: Pick<RequestOptions, 'authorization' | 'fetch'>;
  /** @throws TokenOriginError when something at that URL needs the token, and must not see it */
  mustReach(url: string): void;
}

/**
 * A token goes to the origin of its server, and to others that a person named. A manifest may name any URL, so that
 * its word alone is not enough.
 *
 * @param server URL of the server that issued it
 */
export function accessToken(
  { token, authorization, tokenOrigins = [], fetch }: Credentials,
  server: string,
): AccessToken {
  const trusted = new Set([server, ...tokenOrigins].map((url) => new URL(url).origin));
  const isTrusted = (url: string): boolean => trusted.has(new URL(url).origin);
  const given = authorization ?? (token === undefined ? undefined : () => `Bearer ${token}`);
  return {
    request: {
      fetch,
      authorization: given && ((request) => (isTrusted(request.url) ? given(request) : undefined)),
    },
    mustReach(url) {
      if (given !== undefined && !isTrusted(url)) throw new TokenOriginError(url, [...trusted]);
    },
  };
}

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
