import type { RedisClient } from '@millrace/redis';
import { QueueUnavailableError } from './errors.js';

/**
 * Waits until a connection is usable, so that nothing is sent late that its caller has given up.
 *
 * @throws QueueUnavailableError after `ms`
 */
export async function whenReady(connection: RedisClient, ms: number): Promise<void> {
  if (connection.status === 'ready') return;
  if (connection.status === 'wait') connection.connect().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  let ready: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      ready = resolve;
      connection.once('ready', ready);
      timer = setTimeout(() => {
        reject(new QueueUnavailableError('be reached', `the connection to Redis is "${connection.status}"`));
      }, ms);
    });
  } finally {
    clearTimeout(timer);
    if (ready) connection.off('ready', ready);
  }
}
