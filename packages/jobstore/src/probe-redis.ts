import type { RedisClient } from './scripts.js';

/**
 * Does once what services do all the time: runs a script that writes a key and publishes.
 *
 * KEYS: probe. ARGV: ms that what is written stays
 */
const PROBE = `
redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
redis.call('PUBLISH', KEYS[1], '')`;
const PROBE_MS = 1_000;

/**
 * Looks whether Redis can be used: a server takes a write, which it refuses when it is full, loading or a replica, or
 * denies it, and the other connections are ready too.
 *
 * @throws Error when it cannot
 */
export async function probeRedis(
  redis: RedisClient,
  prefix: string,
  others: readonly Pick<RedisClient, 'status'>[] = [],
): Promise<void> {
  await redis.eval(PROBE, 1, `${prefix}:probe`, PROBE_MS);
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
