import type { ExportRecords, KeyHolder, Owner, StepId } from '@millrace/export';
import { waitingStep, type Memory, type StoredExport } from './memory-state.js';
import { SortedSet } from './sorted-set.js';
import { activeExports, enqueue } from './waiting-steps.js';

/** Before there is a plan. */
const unplanned = () => ({
  shardsPlanned: 0,
  shardsOpen: 0,
  shardsQueued: 0,
  openedAt: 0,
  stages: [],
  passes: [],
  ready: new SortedSet<StepId>(),
  failed: new SortedSet<StepId>(),
});

const NOTHING_DONE = {
  shardsDone: 0,
  bytesTotal: 0,
  bytesRead: 0,
  rowsWritten: 0,
  bytesWritten: 0,
  skippedLines: 0,
};

export function memoryRecords(memory: Memory): ExportRecords {
  const { exports, limits, now } = memory;
  return {
    async create({ id, tenant, client, isBulk, idempotency }) {
      if (exports.has(id)) return { kind: 'exists' };
      const holder = idempotency && holderOrDoubt(memory, { tenant, client }, idempotency.key);
      if (holder === 'unsure') return { kind: 'unsure' };
      if (holder !== undefined) return { kind: 'held', holder };
      const active = activeExports(memory, tenant);
      if (limits.tenantExports > 0 && active >= limits.tenantExports) return { kind: 'full', active };
      const acceptedAt = now();
      exports.set(id, {
        record: {
          id,
          tenant,
          client,
          ...(isBulk === true ? { isBulk } : {}),
          state: 'preparing',
          acceptedAt,
          ...NOTHING_DONE,
        },
        idempotency,
        steps: new Map([['plan', waitingStep(0)]]),
        ...unplanned(),
        decided: undefined,
      });
      return { kind: 'created', at: acceptedAt };
    },
    async holderOf(owner, key) {
      return holderOrDoubt(memory, owner, key);
    },
    async ownExports(owner, after, max) {
      const placeOf = ({ acceptedAt, id }: { acceptedAt: number; id: string }): string =>
        `${String(acceptedAt).padStart(16, '0')}:${id}`;
      const page = [...exports.values()]
        .map(({ record }) => ({ ...record }))
        .filter(({ tenant, client }) => tenant === owner.tenant && client === owner.client)
        .filter((record) => after === undefined || placeOf(record) < after)
        .sort((one, other) => (placeOf(one) > placeOf(other) ? -1 : 1))
        .slice(0, max);
      const last = page.at(-1);
      return { exports: page, next: last !== undefined && page.length === max ? placeOf(last) : undefined };
    },
    async activate(id) {
      const stored = exports.get(id);
      if (stored?.record.state === 'preparing') {
        stored.record.state = 'accepted';
        stored.record.progressAt = now();
        memory.totals.started += 1;
        enqueue(memory, stored, 'plan');
      }
      return stored?.record.state === 'accepted' ? 'activated' : 'refused';
    },
    async discard(id) {
      if (exports.get(id)?.record.state !== 'preparing') return 'kept';
      exports.delete(id);
      return 'discarded';
    },
    async restore(lost) {
      const { id, tenant, client, isBulk, acceptedAt, idempotency } = lost;
      if (exports.has(id)) return 'exists';
      const isLive = lost.state === 'accepted';
      const { idempotency: _, ...record } = lost;
      const known = isLive ? { progressAt: now() } : { ...record, outcome: lost.state };
      const holder = idempotency && holderOf(memory, { tenant, client }, idempotency.key);
      const stored: StoredExport = {
        record: {
          id,
          tenant,
          client,
          ...(isBulk === true ? { isBulk } : {}),
          state: lost.state,
          acceptedAt,
          ...NOTHING_DONE,
          ...known,
        },
        idempotency: holder === undefined ? idempotency : undefined,
        steps: new Map(isLive ? [['plan', waitingStep(0)]] : []),
        ...unplanned(),
        decided: lost.state === 'accepted' ? undefined : { by: '', at: lost.endedAt },
      };
      exports.set(id, stored);
      if (isLive) {
        memory.totals.started += 1;
        enqueue(memory, stored, 'plan');
      }
      return 'restored';
    },
    async read(id) {
      const stored = exports.get(id);
      return stored && { ...stored.record };
    },
  };
}

function holderOrDoubt(memory: Memory, owner: Owner, key: string): KeyHolder | 'unsure' | undefined {
  return holderOf(memory, owner, key) ?? (memory.knowsAllKeys ? undefined : 'unsure');
}

/** As `holder_of` of `lua/includes/idempotency.lua`. */
function holderOf({ exports, now }: Memory, owner: Owner, key: string): KeyHolder | undefined {
  const at = now();
  for (const { record, idempotency } of exports.values()) {
    if (idempotency?.key !== key || record.tenant !== owner.tenant || record.client !== owner.client)
      continue;
    if (record.state === 'cancelled' || (record.expiresAt ?? Infinity) <= at) continue;
    const ageMs = Math.max(0, at - record.acceptedAt);
    return { id: record.id, request: idempotency.request, isPreparing: record.state === 'preparing', ageMs };
  }
  return undefined;
}
