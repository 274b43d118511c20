import type { ExportRecords } from '@millrace/export';
import { waitingStep, type Memory } from './memory-state.js';

const NOTHING_DONE = {
  ...{ shardsDone: 0, bytesTotal: 0, bytesRead: 0 },
  ...{ rowsWritten: 0, bytesWritten: 0, skippedLines: 0 },
};

export function memoryRecords({ exports, now }: Memory): ExportRecords {
  return {
    async create({ id, tenant, client }) {
      if (exports.has(id)) return { kind: 'exists' };
      const acceptedAt = now();
      exports.set(id, {
        record: {
          ...{ id, tenant, client, state: 'preparing', acceptedAt },
          ...NOTHING_DONE,
        },
        steps: new Map([['plan', waitingStep(0)]]),
        shardsPlanned: 0,
        shardsOpen: 0,
        stages: [],
        decided: undefined,
      });
      return { kind: 'created', at: acceptedAt };
    },
    async activate(id) {
      const record = exports.get(id)?.record;
      if (record?.state === 'preparing') record.state = 'accepted';
      return record?.state === 'accepted' ? 'activated' : 'refused';
    },
    async discard(id) {
      if (exports.get(id)?.record.state === 'preparing') exports.delete(id);
    },
    async restore(lost) {
      const { id, tenant, client, acceptedAt } = lost;
      if (exports.has(id)) return 'exists';
      const ending = lost.state === 'preparing' ? {} : { ...lost, outcome: lost.state };
      exports.set(id, {
        record: { id, tenant, client, state: lost.state, acceptedAt, ...NOTHING_DONE, ...ending },
        steps: lost.state === 'preparing' ? new Map([['plan', waitingStep(0)]]) : new Map(),
        shardsPlanned: 0,
        shardsOpen: 0,
        stages: [],
        decided: lost.state === 'preparing' ? undefined : { by: '', at: lost.endedAt },
      });
      return 'restored';
    },
    async read(id) {
      const stored = exports.get(id);
      return stored && { ...stored.record };
    },
  };
}
