import type { AuditEntry, AuditStart } from '../audit-entry.js';
import type { AuditLog } from '../audit-log.js';
import { comparePositions } from '../position.js';

/** The audit log in the memory of one process, for tests. */
export function createMemoryAuditLog({
  now = Date.now,
  maxBytes = Infinity,
}: { now?: () => number; maxBytes?: number } = {}): AuditLog {
  const open = new Map<string, { start: AuditStart; startedAt: number }>();
  let completed: AuditEntry[] = [];
  let [last, sequence] = [0, 0];

  const bytes = (): number =>
    [...open.values()].reduce((sum, { start }) => sum + JSON.stringify(start).length, 0) +
    completed.reduce((sum, entry) => sum + JSON.stringify(entry).length + 17, 0);
  function finish(id: string, result: AuditEntry['result']): boolean {
    const found = open.get(id);
    if (found === undefined) return false;
    last = Math.max(last, now());
    sequence += 1;
    completed.push({ ...found, completedAt: last, sequence, result });
    open.delete(id);
    return true;
  }

  return {
    async init(start) {
      if (open.has(start.id)) return 'started';
      if (bytes() + JSON.stringify(start).length > maxBytes) return 'full';
      open.set(start.id, { start, startedAt: now() });
      return 'started';
    },
    async complete(id, result) {
      return finish(id, result) ? 'completed' : 'already_completed';
    },
    async timeOut(cutoff, max) {
      const stale = [...open]
        .filter(([, { startedAt }]) => startedAt <= cutoff)
        .sort(([a, one], [b, other]) => one.startedAt - other.startedAt || (a < b ? -1 : 1))
        .slice(0, max);
      for (const [id] of stale) finish(id, { kind: 'unknown' });
      return stale.length;
    },
    async page({ from, to }, after, max) {
      const before = Math.min(to, Math.max(last, now()));
      return completed
        .filter(({ completedAt }) => completedAt >= from && completedAt < before)
        .filter((entry) => after === undefined || comparePositions(entry, after) > 0)
        .slice(0, max);
    },
    async drop(upTo) {
      const left = completed.filter((entry) => comparePositions(entry, upTo) > 0);
      const dropped = completed.length - left.length;
      completed = left;
      return dropped;
    },
    async backlog() {
      return { open: open.size, completed: completed.length, bytes: bytes() };
    },
  };
}
