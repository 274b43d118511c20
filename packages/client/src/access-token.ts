import type { Authorize } from './authorize.js';
import { TokenOriginError } from './errors.js';
import type { RequestOptions } from './exchange.js';

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
