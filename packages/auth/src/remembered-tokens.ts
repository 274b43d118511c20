import { createHash } from 'node:crypto';
import type { Authenticator, VerifiedPrincipal } from './principal.js';

/** How long a token counts without being verified again: a key that its issuer withdraws counts as long. */
const FOR_MS = 60_000;
const MOST_TOKENS = 1_000;

/**
 * Verifies a token once in a minute, and not for each request. Tokens are known by their digest, and those that were refused are
 * not remembered.
 *
 * @param version another number when clients or keys have changed: then no token is known any more
 */
export function rememberTokens(
  authenticator: Authenticator,
  now: () => number = Date.now,
  version: () => number = () => 0,
): Authenticator {
  let knownVersion = version();
  const known = new Map<string, { readonly principal: VerifiedPrincipal; readonly until: number }>();
  return {
    async authenticate(token) {
      const before = version();
      if (before !== knownVersion) {
        known.clear();
        knownVersion = before;
      }
      const digest = createHash('sha256').update(token).digest('base64');
      const found = known.get(digest);
      if (found !== undefined && now() < found.until) return found.principal;
      known.delete(digest);
      const principal = await authenticator.authenticate(token);
      if (version() !== before) return principal;
      // The oldest is the first.
      for (const oldest of known.keys()) {
        if (known.size < MOST_TOKENS) break;
        known.delete(oldest);
      }
      known.set(digest, { principal, until: Math.min(principal.expiresAt, now() + FOR_MS) });
      return principal;
    },
  };
}
