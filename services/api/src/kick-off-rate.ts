import type { TenantLimits } from '@millrace/auth';
import type { RedisClient } from '@millrace/redis';
import { tooManyKickOffs } from '@millrace/protocol';

const WINDOW_MS = 60_000;

/** Counts the kick-offs of tenants, for all instances together. */
export interface KickOffRate {
  /** @throws ProtocolError 429 when a tenant has begun as many in this minute as it may */
  count(tenant: string): Promise<void>;
}

/**
 * By the minute of the clock of this instance: at the border of two minutes a tenant may have twice as many.
 *
 * @param most kick-offs of a tenant in a minute, unless it has a limit of its own; 0 means no limit
 */
export function createKickOffRate({
  redis,
  prefix,
  most: usual,
  limitsOf,
  now = Date.now,
}: {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly most: number;
  readonly limitsOf: (tenant: string) => Pick<TenantLimits, 'kickOffsPerMinute'>;
  readonly now?: () => number;
}): KickOffRate {
  return {
    async count(tenant) {
      const most = limitsOf(tenant).kickOffsPerMinute ?? usual;
      if (most === 0) return;
      const at = now();
      const key = `${prefix}:auth:kick-offs:${tenant}:${Math.floor(at / WINDOW_MS)}`;
      const replies = await redis
        .multi()
        .incr(key)
        .pexpire(key, 2 * WINDOW_MS)
        .exec();
      const [failure, counted] = replies?.[0] ?? [new Error('Redis did not count a kick-off')];
      if (failure !== null) throw failure;
      if (Number(counted) > most)
        throw tooManyKickOffs(most, Math.ceil((WINDOW_MS - (at % WINDOW_MS)) / 1000));
    },
  };
}
