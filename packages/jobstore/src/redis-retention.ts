import type { ExportRecord, Retention } from '@millrace/export';
import { readRecord } from './export-record.js';
import type { StoreAccess } from './store-access.js';

export function redisRetention({ redis, keys, run }: StoreAccess): Retention {
  async function recordsOf(ids: readonly string[]): Promise<readonly ExportRecord[]> {
    const found = await Promise.all(
      ids.map(async (id): Promise<ExportRecord[]> => {
        const key = keys.export(id);
        const record = await readRecord(redis, key);
        if (record !== undefined) return [record];
        // Somebody has removed the hash: there is nothing left but the entry.
        await run('expire', [key, keys.over], [id]);
        return [];
      }),
    );
    return found.flat();
  }
  return {
    expired: async (until, max, skip) =>
      recordsOf(await redis.zrangebyscore(keys.over, '-inf', until, 'LIMIT', skip, max)),
    ended: async (max, skip) => recordsOf(await redis.zrevrange(keys.over, skip, skip + max - 1)),
    async endRetention(exportId) {
      const [kind] = await run('end-retention', [keys.export(exportId), keys.over], [exportId]);
      return kind;
    },
  };
}
