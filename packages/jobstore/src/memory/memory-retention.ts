import { isOver } from '@millrace/export';
import type { ExportRecord, Retention } from '@millrace/export';
import type { Memory } from './memory-state.js';

export function memoryRetention(memory: Memory): Retention {
  /** Those that end by then, the earliest first. */
  function over(until: number): readonly ExportRecord[] {
    return [...memory.exports.values()]
      .flatMap(({ record }) => {
        const { id, state, expiresAt } = record;
        return isOver(state) && expiresAt !== undefined && expiresAt <= until
          ? [{ id, expiresAt, record: { ...record } }]
          : [];
      })
      .sort((one, other) => one.expiresAt - other.expiresAt || (one.id < other.id ? -1 : 1))
      .map(({ record }) => record);
  }
  return {
    expired: async (until, max, skip) => over(until).slice(skip, skip + max),
    ended: async (max, skip) => [...over(Infinity)].reverse().slice(skip, skip + max),
    async endRetention(exportId) {
      const stored = memory.exports.get(exportId);
      if (stored === undefined) return 'gone';
      if (!isOver(stored.record.state)) return 'live';
      stored.record.expiresAt = 0;
      return 'ended';
    },
  };
}
