import { Redis } from 'ioredis';

/**
 * What a connection is for:
 * - `request`: answers an HTTP request, so it fails at once rather than late;
 * - `lease`: keeps leases, so it fails well within one;
 * - `worker`: waits for messages, so it outlives an outage.
 */
export type ConnectionRole = 'request' | 'lease' | 'worker';

const COMMAND_MS = { request: 1_000, lease: 2_000 };

/**
 * A connection to Redis with the settings that its role needs. It connects by itself and again after an outage.
 *
 * @param onError told of every connection error; without a listener, ioredis prints them
 */
export function createRedisConnection(
  url: string,
  role: ConnectionRole,
  onError: (error: Error) => void = () => undefined,
): Redis {
  const always = { connectTimeout: 5_000, retryStrategy: (times: number) => Math.min(times * 50, 1_000) };
  const redis =
    role === 'worker'
      ? new Redis(url, { ...always, maxRetriesPerRequest: null })
      : new Redis(url, {
          ...always,
          enableOfflineQueue: false,
          // Else what timed out would be sent after an outage, when its caller has long given up.
          autoResendUnfulfilledCommands: false,
          maxRetriesPerRequest: 1,
          commandTimeout: COMMAND_MS[role],
        });
  redis.on('error', onError);
  return redis;
}

/**
 * Waits until a connection is usable. Commands of a `request` or `lease` connection are refused before.
 *
 * @throws Error when it is not within `patienceMs`, or was closed
 */
export async function untilReady(redis: Redis, patienceMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error) => {
      clearTimeout(timer);
      redis.off('ready', ready).off('end', ended);
      if (error) reject(error);
      else resolve();
    };
    const ready = () => settle();
    const ended = () => settle(new Error('The connection to Redis was closed.'));
    const timer = setTimeout(
      () => settle(new Error(`Redis did not answer within ${patienceMs} ms.`)),
      patienceMs,
    );
    redis.on('ready', ready).on('end', ended);
  });
}
