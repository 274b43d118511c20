import { atIntervals } from '@millrace/maintenance';
import { watchFault } from '@millrace/observability';
import type { Events, Logger, Metrics } from '@millrace/observability';
import { memoryUse } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';

/** The part of its memory from which on Redis is told to be full soon: docs/operations.md. */
const REDIS_MEMORY = 0.8;
/** So long it must have had enough again. */
const REDIS_CALM_MS = 60_000;

/** Measures how full Redis is, again and again. */
export function watchRedisMemory(
  redis: RedisClient,
  everyMs: number,
  told: { readonly events: Events; readonly metrics: Metrics; readonly log: Pick<Logger, 'warn'> },
): ReturnType<typeof atIntervals> {
  const watch = watchFault('redis-memory', told.events, REDIS_CALM_MS);
  return atIntervals(
    everyMs,
    async () => {
      const used = await memoryUse(redis);
      if (used === undefined) return;
      told.metrics.redisMemoryRatio.set(used);
      watch.saw(used >= REDIS_MEMORY ? { ratio: used } : undefined);
    },
    (err) => told.log.warn({ err }, 'memory of Redis could not be read'),
  );
}
