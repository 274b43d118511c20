import { EventEmitter } from 'node:events';
import type { Decisions } from '@millrace/export';
import type { RedisClient } from './scripts.js';

/**
 * Hears from `decide.lua` which exports are being decided, and again after an outage.
 *
 * @param redis a connection of its own, for nothing else can be sent on it; stays the caller's
 */
export async function subscribeToDecisions({
  redis,
  prefix,
}: {
  redis: RedisClient;
  prefix: string;
}): Promise<Decisions> {
  const decided = new EventEmitter();
  // One listener for each step that is worked on.
  decided.setMaxListeners(0);
  const channel = `${prefix}:decided`;
  redis.on('message', (_channel: string, exportId: string) => void decided.emit(exportId));
  // Whether or not ioredis does so by itself after an outage: what is subscribed twice is told once.
  redis.on('ready', () => void redis.subscribe(channel).catch(() => undefined));
  await redis.subscribe(channel);
  return {
    onDecided(exportId, listener) {
      decided.on(exportId, listener);
      return () => void decided.off(exportId, listener);
    },
  };
}
