import type { TenantLimits } from '@millrace/auth';
import type { RedisClient } from '@millrace/redis';
import { tooManyKickOffs, tooManyPolls } from '@millrace/protocol';
import type { ProtocolError } from '@millrace/protocol';

const WINDOW_MS = 60_000;

/** Counts requests of tenants, for all instances together. */
export interface TenantRate {
  /** @throws ProtocolError 429 when a tenant has reached its limit for this minute */
  count(tenant: string): Promise<void>;
}

/** The kinds of requests that are counted, each under a name of its own in Redis. */
interface Counted {
  readonly name: string;
  /** Requests of a tenant in a minute; 0 means no limit. */
  mostOf(tenant: string): number;
  refusal(most: number, retryAfter: number): ProtocolError;
}

interface RatePorts {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly limitsOf: (tenant: string) => Pick<TenantLimits, 'kickOffsPerMinute' | 'pollsPerMinute'>;
  readonly now?: () => number;
}

/** The rates of a deployment. */
export interface TenantRates {
  readonly kickOffs: TenantRate;
  readonly polls: TenantRate;
}

/** @param usual requests of a tenant in a minute, unless it has a limit of its own; 0 means no limit */
export function createTenantRates(
  ports: RatePorts,
  usual: { readonly kickOffs: number; readonly polls: number },
): TenantRates {
  const { limitsOf } = ports;
  return {
    kickOffs: createRate(ports, {
      name: 'kick-offs',
      mostOf: (tenant) => limitsOf(tenant).kickOffsPerMinute ?? usual.kickOffs,
      refusal: tooManyKickOffs,
    }),
    polls: createRate(ports, {
      name: 'polls',
      mostOf: (tenant) => limitsOf(tenant).pollsPerMinute ?? usual.polls,
      refusal: tooManyPolls,
    }),
  };
}

/** By the minute of the clock of this instance: at the border of two minutes a tenant may have twice as many. */
function createRate(
  { redis, prefix, now = Date.now }: RatePorts,
  { name, mostOf, refusal }: Counted,
): TenantRate {
  return {
    async count(tenant) {
      const most = mostOf(tenant);
      if (most === 0) return;
      const at = now();
      const key = `${prefix}:auth:${name}:${tenant}:${Math.floor(at / WINDOW_MS)}`;
      const replies = await redis
        .multi()
        .incr(key)
        .pexpire(key, 2 * WINDOW_MS)
        .exec();
      const [failure, counted] = replies?.[0] ?? [new Error(`Redis did not count one of the ${name}`)];
      if (failure !== null) throw failure;
      if (Number(counted) > most) throw refusal(most, Math.ceil((WINDOW_MS - (at % WINDOW_MS)) / 1000));
    },
  };
}
