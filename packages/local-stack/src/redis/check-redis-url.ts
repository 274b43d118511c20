import { checkRedis } from '@millrace/redis';
import { Redis } from 'ioredis';
import { UnreachableRedisError } from './errors.js';

/**
 * Waits until a Redis answers at `url`, then checks it.
 *
 * @throws UnreachableRedisError when nothing answers within `patienceMs`
 * @throws UnsuitableRedisError
 */
export async function checkRedisUrl(url: string, patienceMs: number): Promise<void> {
  const client = await connect(url, patienceMs);
  try {
    await checkRedis(client);
  } finally {
    client.disconnect();
  }
}

/** Connects by repeated short attempts, so that a server that is still loading its data is waited for. */
async function connect(url: string, patienceMs: number): Promise<Redis> {
  const deadline = performance.now() + patienceMs;
  let failure: unknown;
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => (performance.now() < deadline ? 100 : null),
  });
  client.on('error', (error: unknown) => {
    failure = error;
  });
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('end', () => {
      reject(new UnreachableRedisError(url, failure ?? new Error('the connection was closed')));
    });
  });
  // A first refusal is not the end: `ready` or `end` tells.
  client.connect().catch((error: unknown) => {
    failure ??= error;
  });
  await ready;
  return client;
}
