import type { Downloads } from '@millrace/export';
import { AWAITING_REMEMBERED } from './limits.js';
import type { StoreAccess } from './store-access.js';

export function redisDownloads({ redis, keys, run }: StoreAccess): Downloads {
  return {
    async openDownload(exportId, download, forMs) {
      await run('open-download', [keys.downloads(exportId)], [download, forMs]);
    },
    async closeDownload(exportId, download) {
      await redis.zrem(keys.downloads(exportId), download);
    },
    async awaitsDownloads(exportId, patienceMs) {
      const [kind] = await run(
        'await-downloads',
        [keys.downloads(exportId), keys.awaited(exportId)],
        [patienceMs, AWAITING_REMEMBERED * patienceMs],
      );
      return kind === 'awaited';
    },
  };
}
