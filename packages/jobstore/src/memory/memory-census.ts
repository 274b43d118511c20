import { isOver } from '@millrace/export';
import type { CensusReads, SentStep } from '@millrace/export';
import type { Memory } from './memory-state.js';
import { acceptsWork, leave, partsOf } from './waiting-steps.js';

export function memoryCensus(memory: Memory): CensusReads {
  const { exports, waiting, totals, now } = memory;
  return {
    async liveExports(after, max) {
      const placeOf = ({ acceptedAt, id }: { acceptedAt: number; id: string }): string =>
        `${String(acceptedAt).padStart(16, '0')}:${id}`;
      const left = [...exports.values()]
        .filter(({ record }) => !isOver(record.state) && (after === undefined || placeOf(record) > after))
        .map(({ record }) => ({ ...record }))
        .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
      const page = left.slice(0, max);
      const last = page.at(-1);
      return { exports: page, next: last !== undefined && page.length === max ? placeOf(last) : undefined };
    },
    async exportTotals() {
      const live = [...exports.values()].filter(({ record: { state } }) => !isOver(state));
      const running = live.filter(({ record: { state } }) => state !== 'preparing').length;
      return { started: totals.started, ended: { ...totals.ended }, running };
    },
    async exportCounts() {
      const ended = [...exports.values()].filter(({ record }) => isOver(record.state)).length;
      return { live: exports.size - ended, ended };
    },
    async knownWorkers() {
      return [...waiting.workers]
        .map(([id, { slots, until }]) => ({ id, slots, knownUntil: until }))
        .filter(({ knownUntil }) => knownUntil > now())
        .sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    async sentSteps(max) {
      const steps: SentStep[] = [];
      for (const member of waiting.window.members().slice(0, max)) {
        const { id, step } = partsOf(member);
        const stored = exports.get(id);
        const found = stored?.steps.get(step);
        const sent = { exportId: id, step, round: found?.round ?? 0 };
        if (!stored || !acceptsWork(stored) || found?.state === 'done') {
          leave(memory, id, step);
        } else if (found?.state === 'running') {
          const { worker, token, leaseEnds } = found;
          steps.push({ ...sent, state: 'running', worker, token: String(token), leaseEnds });
        } else {
          steps.push({ ...sent, state: 'waiting', doubtedFrom: waiting.window.score(member) ?? 0 });
        }
      }
      const workers = [...waiting.workers].filter(([, { until }]) => until > now()).map(([id]) => id);
      return { at: now(), steps, workers: new Set(workers) };
    },
  };
}
