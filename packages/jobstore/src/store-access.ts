import { readScripts, scriptRunner, type RedisClient } from '@millrace/redis';
import { keysUnder, type Keys } from './keys.js';
import type { StoreLimits } from './limits.js';
import { decodeReply, type Reply } from './replies.js';
import { SCRIPTS, SCRIPT_FOLDER, type ScriptName } from './scripts.js';

/** Access that the parts of the Redis adapter share. */
export interface StoreAccess {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly limits: StoreLimits;
  /** Runs a script, with the prefix of the store as its last argument, and decodes its reply. */
  run<Name extends ScriptName>(
    name: Name,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Reply<Name>>;
}

export function storeAccess(redis: RedisClient, prefix: string, limits: StoreLimits): StoreAccess {
  const send = scriptRunner(redis, readScripts(SCRIPT_FOLDER, SCRIPTS));
  return {
    redis,
    keys: keysUnder(prefix),
    limits,
    async run(name, scriptKeys, args) {
      return decodeReply(name, await send(name, scriptKeys, [...args, prefix]));
    },
  };
}
