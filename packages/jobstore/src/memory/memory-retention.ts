import { isOver } from '@millrace/export';
import type { Retention } from '@millrace/export';
import type { Memory } from './memory-state.js';

export function memoryRetention(memory: Memory): Retention {
  return {
    async expired(until, max, skip) {
      return [...memory.exports.values()]
        .flatMap(({ record }) => {
          const { id, state, expiresAt } = record;
          return isOver(state) && expiresAt !== undefined && expiresAt <= until
            ? [{ id, expiresAt, record: { ...record } }]
            : [];
        })
        .sort((one, other) => one.expiresAt - other.expiresAt || (one.id < other.id ? -1 : 1))
        .slice(skip, skip + max)
        .map(({ record }) => record);
    },
    async endRetention(exportId) {
      const stored = memory.exports.get(exportId);
      if (stored === undefined) return 'gone';
      if (!isOver(stored.record.state)) return 'live';
      stored.record.expiresAt = 0;
      return 'ended';
    },
  };
}
