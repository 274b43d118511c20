import type { ExportRecords } from '@millrace/export';
import { PREPARING_MS } from './limits.js';
import { readRecord } from './export-record.js';
import type { StoreAccess } from './store-access.js';

export function redisRecords({ redis, keys, run, limits }: StoreAccess): ExportRecords {
  return {
    async create({ id, tenant, client }) {
      const reply = await run(
        'create',
        [keys.export(id), keys.step(id, 'plan'), keys.live],
        [id, tenant, client, limits.tenantExports, PREPARING_MS],
      );
      switch (reply[0]) {
        case 'created':
          return { kind: 'created', at: reply[1] };
        case 'full':
          return { kind: 'full', active: reply[1] };
        case 'exists':
          return { kind: 'exists' };
        default:
          return reply satisfies never;
      }
    },
    async activate(id) {
      const [code] = await run('activate', [keys.export(id)], []);
      return code;
    },
    async discard(id) {
      const [code] = await run('discard', [keys.export(id), keys.step(id, 'plan'), keys.live], [id]);
      return code;
    },
    async restore(lost) {
      const { id, tenant, client, state, acceptedAt } = lost;
      const ending =
        lost.state === 'accepted'
          ? []
          : [
              lost.startedAt ?? '',
              lost.endedAt,
              lost.expiresAt,
              lost.failure === undefined ? '' : JSON.stringify(lost.failure),
            ];
      const [code] = await run(
        'restore',
        [keys.export(id), keys.step(id, 'plan'), keys.live, keys.over],
        [id, tenant, client, state, acceptedAt, ...ending],
      );
      return code;
    },
    async read(id) {
      return readRecord(redis, keys.export(id));
    },
  };
}
