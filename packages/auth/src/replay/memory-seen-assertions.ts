import type { SeenAssertions } from './seen-assertions.js';

/** The twin in memory. */
export function memorySeenAssertions(now: () => number = Date.now): SeenAssertions {
  const seen = new Map<string, number>();
  return {
    isFirst(issuer, jti, untilMs) {
      for (const [key, until] of seen) if (until <= now()) seen.delete(key);
      const key = JSON.stringify([issuer, jti]);
      const isFirst = !seen.has(key);
      if (isFirst) seen.set(key, untilMs);
      return Promise.resolve(isFirst);
    },
  };
}
