import { TokenOriginError } from './errors.js';

/** Says which requests have the access token of a server. */
export interface AccessToken {
  /** Headers for a URL: without the token where it is at an origin that must not see it. */
  headersFor(url: string): Readonly<Record<string, string>>;
  /** @throws TokenOriginError when something at that URL needs the token, and must not see it */
  mustReach(url: string): void;
}

/**
 * A bearer token goes to the origin of its server, and to others that a person named. A manifest may name any URL, so that
 * its word alone is not enough.
 *
 * @param server URL of the server that issued it
 * @param origins URLs of other places of it, such as a server of files
 */
export function accessToken(
  token: string | undefined,
  server: string,
  origins: readonly string[] = [],
): AccessToken {
  const trusted = new Set([server, ...origins].map((url) => new URL(url).origin));
  const isTrusted = (url: string): boolean => trusted.has(new URL(url).origin);
  return {
    headersFor: (url) => (token !== undefined && isTrusted(url) ? { authorization: `Bearer ${token}` } : {}),
    mustReach(url) {
      if (token !== undefined && !isTrusted(url)) throw new TokenOriginError(url, [...trusted]);
    },
  };
}
