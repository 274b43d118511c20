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
  };
}
