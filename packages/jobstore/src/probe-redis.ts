import type { RedisClient } from './scripts.js';

/** How long what a probe writes may stay. */
const PROBE_MS = 1_000;

/**
 * Looks whether Redis can be used: a server takes a write, which it refuses when it is full, loading or a replica, and
 * the other connections are ready too.
 *
 * @throws Error when it cannot
 */
export async function probeRedis(
  redis: RedisClient,
  prefix: string,
  others: readonly Pick<RedisClient, 'status'>[] = [],
): Promise<void> {
  await redis.set(`${prefix}:probe`, '', 'PX', PROBE_MS);
  const waiting = others.find(({ status }) => status !== 'ready');
  if (waiting !== undefined) throw new RedisNotReadyError(waiting.status);
}

/** A connection to Redis is not usable. */
class RedisNotReadyError extends Error {
  override readonly name = 'JobStoreUnavailableError';

  constructor(status: string) {
    super(`A connection to Redis is "${status}".`);
  }
}
