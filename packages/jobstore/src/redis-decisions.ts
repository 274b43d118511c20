import { EventEmitter } from 'node:events';
import type { Decisions } from '@millrace/export';
import { growingPauseMs } from '@millrace/observability';
import type { RedisClient } from '@millrace/redis';

const PAUSES = { firstMs: 100, lastMs: 5_000 };

/**
 * Hears from `decide.lua` which exports are being decided, and again after an outage.
 *
 * @param redis a connection of its own, for nothing else can be sent on it; stays the caller's
 * @param onError told of each time that Redis denies it; it is tried again with growing pauses
 */
export async function subscribeToDecisions({
  redis,
  prefix,
  onError,
}: {
  redis: RedisClient;
  prefix: string;
  onError: (error: Error) => void;
}): Promise<Decisions> {
  const decided = new EventEmitter();
  // One listener for each step that is worked on.
  decided.setMaxListeners(0);
  const channel = `${prefix}:decided`;
  redis.on('message', (_channel: string, exportId: string) => void decided.emit(exportId));
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  async function subscribe(): Promise<void> {
    clearTimeout(timer);
    try {
      await redis.subscribe(channel);
      failures = 0;
    } catch (error) {
      if (redis.status !== 'ready') return;
      onError(error as Error);
      failures += 1;
      timer = setTimeout(() => void subscribe(), growingPauseMs(failures, PAUSES)).unref();
    }
  }
  // While a connection begins, ioredis asks for INFO. Redis denies that to a subscriber, and ioredis connects once more:
  // decisions in between would be missed.
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  await redis.subscribe(channel);
  // A cluster may subscribe again by itself: a double subscription still reports once.
  redis.on('ready', () => void subscribe());
  return {
    onDecided(exportId, listener) {
      decided.on(exportId, listener);
      return () => void decided.off(exportId, listener);
    },
  };
}
