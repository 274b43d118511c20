import type { Polls } from '@millrace/export';
import { decodeRecord } from './export-record.js';
import { MOST_MS_FOR_A_POLL, TOLD_FOR } from './limits.js';
import type { StoreAccess } from './store-access.js';

export function redisPolls({ redis, keys, run }: StoreAccess): Polls {
  return {
    async poll(exportId, { tenant, client }, { burst, factor, untoldMs }) {
      const key = keys.export(exportId);
      const reply = await run(
        'poll',
        [key, keys.polls(exportId), keys.told(exportId)],
        [tenant, client, burst, factor, untoldMs, MOST_MS_FOR_A_POLL],
      );
      if (reply[0] === 'gone') return undefined;
      const [, told, verdict, hash] = reply;
      const record = decodeRecord(key, hash);
      return { record, isTooOften: verdict === 'often', toldMs: told === '' ? undefined : Number(told) };
    },
    async tell(exportId, retryMs) {
      await redis.set(keys.told(exportId), retryMs, 'PX', TOLD_FOR * retryMs);
    },
  };
}
