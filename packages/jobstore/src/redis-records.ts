import type { ExportRecords, KeyHolder } from '@millrace/export';
import { PREPARING_MS } from './limits.js';
import { decodeRecord, readRecord } from './export-record.js';
import type { Reply } from './replies.js';
import type { StoreAccess } from './store-access.js';

export function redisRecords({ redis, keys, run, limits }: StoreAccess): ExportRecords {
  return {
    async create({ id, tenant, client, isBulk, idempotency }) {
      const reply = await run(
        'create',
        [keys.export(id), keys.step(id, 'plan'), keys.live],
        [
          id,
          tenant,
          client,
          limits.tenantExports,
          PREPARING_MS,
          idempotency?.key ?? '',
          idempotency?.request ?? '',
          isBulk === true ? '1' : '',
        ],
      );
      switch (reply[0]) {
        case 'created':
          return { kind: 'created', at: reply[1] };
        case 'held':
          return { kind: 'held', holder: holderFrom(reply) };
        case 'full':
          return { kind: 'full', active: reply[1] };
        case 'exists':
        case 'unsure':
          return { kind: reply[0] };
        default:
          return reply satisfies never;
      }
    },
    async holderOf({ tenant, client }, key) {
      const reply = await run('key-holder', [keys.live], [tenant, client, key]);
      if (reply[0] === 'held') return holderFrom(reply);
      return reply[0] === 'unsure' ? 'unsure' : undefined;
    },
    async ownExports({ tenant, client }, after, max) {
      const [, at, before] = /^(\d+):(.*)$/.exec(after ?? '') ?? ['', '+inf', ''];
      const args = [tenant, client, at ?? '', before ?? '', max];
      const [, lastAt, lastId, ...hashes] = await run('own-exports', [keys.live], args);
      const exports = hashes.map((hash) => decodeRecord(keys.export(hash['id'] ?? ''), hash));
      return { exports, next: lastId === '' ? undefined : `${lastAt}:${lastId}` };
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
      const { id, tenant, client, isBulk, state, acceptedAt, idempotency } = lost;
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
        [
          id,
          tenant,
          client,
          state,
          acceptedAt,
          idempotency?.key ?? '',
          idempotency?.request ?? '',
          isBulk === true ? '1' : '',
          ...ending,
        ],
      );
      return code;
    },
    async read(id) {
      return readRecord(redis, keys.export(id));
    },
  };
}

function holderFrom([, id, request, state, ageMs]: Extract<
  Reply<'key-holder'>,
  readonly ['held', ...unknown[]]
>): KeyHolder {
  return { id, request, isPreparing: state === 'preparing', ageMs };
}
