import type { ExportRecords, StepId } from '@millrace/export';
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
    async create({ id, tenant, client }) {
      if (exports.has(id)) return { kind: 'exists' };
      const active = activeExports(memory, tenant);
      if (limits.tenantExports > 0 && active >= limits.tenantExports) return { kind: 'full', active };
      const acceptedAt = now();
      exports.set(id, {
        record: {
          id,
          tenant,
          client,
          state: 'preparing',
          acceptedAt,
          ...NOTHING_DONE,
        },
        steps: new Map([['plan', waitingStep(0)]]),
        ...unplanned(),
        decided: undefined,
      });
      return { kind: 'created', at: acceptedAt };
    },
    async activate(id) {
      const stored = exports.get(id);
      if (stored?.record.state === 'preparing') {
        stored.record.state = 'accepted';
        stored.record.progressAt = now();
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
      const { id, tenant, client, acceptedAt } = lost;
      if (exports.has(id)) return 'exists';
      const isLive = lost.state === 'accepted';
      const known = isLive ? { progressAt: now() } : { ...lost, outcome: lost.state };
      const stored: StoredExport = {
        record: { id, tenant, client, state: lost.state, acceptedAt, ...NOTHING_DONE, ...known },
        steps: new Map(isLive ? [['plan', waitingStep(0)]] : []),
        ...unplanned(),
        decided: lost.state === 'accepted' ? undefined : { by: '', at: lost.endedAt },
      };
      exports.set(id, stored);
      if (isLive) enqueue(memory, stored, 'plan');
      return 'restored';
    },
    async read(id) {
      const stored = exports.get(id);
      return stored && { ...stored.record };
    },
  };
}
