import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_MS } from '../stack/settings.js';
import { toOneOf } from './fault.js';
import type { Fault } from './fault.js';

/** Connections stay open and nothing is answered. */
export const freezeRedis: Fault = ({ stack }, { chance, forMs }) =>
  toOneOf([stack.redis], chance, async (redis) => {
    redis.freeze();
    await delay(forMs);
    redis.thaw();
  });

/** Kills Redis. Acknowledged writes survive in its append-only file. */
export const killRedis: Fault = ({ stack }, { chance, forMs }) =>
  toOneOf([stack.redis], chance, async (redis) => {
    await redis.kill();
    await delay(forMs);
    await redis.start();
  });

/** Most that a Redis with `appendfsync everysec` may lose, or a replica that takes over may lack. */
const LOST_MS = 1_000;

/** Kills Redis and undoes its latest acknowledged writes: claims, commits, decisions, whole exports. */
export const rewindRedis: Fault = ({ stack }, { chance, forMs }) =>
  toOneOf([stack.redis], chance, async (redis) => {
    await redis.remember();
    await delay(LOST_MS * chance);
    await redis.kill();
    await redis.rewind();
    await delay(forMs);
    await redis.start();
  });

/**
 * Cuts one worker off from Redis for longer than a lease, while it still reads, evaluates and stores. Its
 * messages arrive once the line is mended: fencing is for such late writes.
 */
export const cutOffWorker: Fault = ({ stack, random }, { chance, forMs }) => {
  const places = stack.workers.map(({ service, line }) => ({ line, reserve: () => service.reserve() }));
  return toOneOf(places, chance, async ({ line }) => {
    line.cut(random.pick(['silent', 'broken']));
    await delay(LEASE_MS + forMs);
    line.mend();
  });
};
