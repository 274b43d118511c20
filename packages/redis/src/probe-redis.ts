import type { RedisClient } from './client.js';
import { readScripts, scriptRunner } from './scripts.js';

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
const SCRIPTS = readScripts(new URL('../src/lua/', import.meta.url), ['probe']);

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
  await scriptRunner(redis, SCRIPTS)('probe', [`${prefix}:probe`], [PROBE_MS]);
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
