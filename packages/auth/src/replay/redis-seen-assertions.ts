import { createHash } from 'node:crypto';
import type { RedisClient } from '@millrace/redis';
import type { SeenAssertions } from './seen-assertions.js';

/** The clock of an instance may be behind that of another one. */
const MARGIN_MS = 60_000;

/** In Redis, by the digest of the issuer and the id: neither is written down. */
export function redisSeenAssertions({
  redis,
  prefix,
  now = Date.now,
}: {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly now?: () => number;
}): SeenAssertions {
  return {
    async isFirst(issuer, jti, untilMs) {
      const digest = createHash('sha256')
        .update(JSON.stringify([issuer, jti]))
        .digest('hex');
      const forMs = Math.max(1, Math.ceil(untilMs - now())) + MARGIN_MS;
      return (await redis.set(`${prefix}:auth:seen:${digest}`, '1', 'PX', forMs, 'NX')) === 'OK';
    },
  };
}
