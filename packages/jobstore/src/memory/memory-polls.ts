import { isOver } from '@millrace/export';
import type { Polls } from '@millrace/export';
import { MOST_MS_FOR_A_POLL, TOLD_FOR } from '../limits.js';
import type { Memory } from './memory-state.js';

export function memoryPolls({ exports, now }: Memory): Polls {
  const counted = new Map<string, { readonly left: number; readonly since: number }>();
  const told = new Map<string, { readonly ms: number; readonly until: number }>();
  return {
    async poll(exportId, { tenant, client }, { burst, factor, untoldMs }) {
      const stored = exports.get(exportId);
      if (stored === undefined) return undefined;
      const record = { ...stored.record };
      const isRunning = !isOver(record.state) && record.state !== 'preparing';
      const free = { record, isTooOften: false, toldMs: undefined };
      if (!isRunning || record.tenant !== tenant || record.client !== client) return free;
      const at = now();
      const known = told.get(exportId);
      const toldMs = known !== undefined && known.until > at ? known.ms : undefined;
      const each = Math.min((toldMs ?? untoldMs) / factor, MOST_MS_FOR_A_POLL);
      const { left, since } = counted.get(exportId) ?? { left: burst, since: at };
      const have = Math.min(burst, left + Math.max(0, at - since) / each);
      if (have < 1) return { record, isTooOften: true, toldMs };
      counted.set(exportId, { left: have - 1, since: at });
      return { record, isTooOften: false, toldMs };
    },
    async tell(exportId, retryMs) {
      told.set(exportId, { ms: retryMs, until: now() + TOLD_FOR * retryMs });
    },
  };
}
