import type { ExportRecords } from '@millrace/export';
import { waitingStep, type Memory } from './memory-state.js';

export function memoryRecords({ exports, now }: Memory): ExportRecords {
  return {
    async create({ id, tenant, client }) {
      if (exports.has(id)) return { kind: 'exists' };
      const acceptedAt = now();
      exports.set(id, {
        record: {
          ...{ id, tenant, client, state: 'preparing', acceptedAt },
          ...{ shardsDone: 0, bytesTotal: 0, bytesRead: 0, rowsWritten: 0, bytesWritten: 0, skippedLines: 0 },
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
    async read(id) {
      const stored = exports.get(id);
      return stored && { ...stored.record };
    },
  };
}
