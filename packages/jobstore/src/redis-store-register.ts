import { exportFolderOf } from '@millrace/export';
import type { StoreRegister } from '@millrace/storage';
import type { RedisClient } from '@millrace/redis';
import { keysUnder } from './keys.js';

/** Keeps the id of the object store beside the exports that are in it. */
export function redisStoreRegister({ redis, prefix }: { redis: RedisClient; prefix: string }): StoreRegister {
  const keys = keysUnder(prefix);

  /** Sets a key if it is missing, and returns its value. */
  async function keep(key: string, id: string): Promise<string> {
    await redis.set(key, id, 'NX');
    return (await redis.get(key)) ?? id;
  }

  return {
    known: async () => (await redis.get(keys.store)) ?? undefined,
    propose: (id) => keep(keys.proposedStore, id),
    settle: (id) => keep(keys.store, id),
    async replace(id) {
      await redis.set(keys.store, id);
    },
    async knowsAny(objectKeys) {
      const exportIds = new Set(objectKeys.flatMap((key) => exportFolderOf(key)?.exportId ?? []));
      if (exportIds.size === 0) return false;
      return (await redis.exists(...[...exportIds].map((id) => keys.export(id)))) > 0;
    },
  };
}
