import type { Keys } from './keys.js';
import { decodeReply, type Reply } from './replies.js';
import { scriptRunner, type RedisClient, type ScriptName } from './scripts.js';

/** What the parts of the Redis adapter share. */
export interface StoreAccess {
  readonly redis: RedisClient;
  readonly keys: Keys;
  /** Runs a script and decodes its reply. */
  run<Name extends ScriptName>(
    name: Name,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Reply<Name>>;
}

export function storeAccess(redis: RedisClient, keys: Keys): StoreAccess {
  const send = scriptRunner(redis);
  return {
    redis,
    keys,
    async run(name, scriptKeys, args) {
      return decodeReply(name, await send(name, scriptKeys, args));
    },
  };
}
