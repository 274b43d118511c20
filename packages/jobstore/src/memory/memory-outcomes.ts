import { isOver, type Outcomes } from '@millrace/export';
import { heldStep, type Memory } from './memory-state.js';
import { retire } from './waiting-steps.js';

export function memoryOutcomes(memory: Memory): Outcomes {
  return {
    async decide(exportId, decision) {
      const stored = memory.exports.get(exportId);
      if (!stored || stored.record.state === 'preparing') return { kind: 'gone' };
      const { record, decided } = stored;
      const lease = decision.outcome === 'cancelled' ? undefined : decision.lease;
      const nonce =
        decision.outcome === 'completed' ? decision.lease.nonce : (lease?.nonce ?? decision.nonce);
      if (decided && record.outcome) {
        const { state, outcome } = record;
        const isRepeat = state === 'deciding' && outcome === decision.outcome && decided.by === nonce;
        return isRepeat
          ? { kind: 'deciding', at: decided.at }
          : { kind: 'already', state, outcome, at: decided.at };
      }
      const idleSince = decision.outcome === 'failed' ? decision.idleSince : undefined;
      if (idleSince !== undefined && (record.progressAt ?? 0) > idleSince) return { kind: 'fenced' };
      if (lease && heldStep(memory, lease)?.held.state !== 'running') return { kind: 'fenced' };

      const at = memory.now();
      stored.decided = { by: nonce, at };
      record.state = 'deciding';
      record.outcome = decision.outcome;
      record.endedAt = at;
      if (decision.outcome === 'failed') record.failure = decision.failure;
      retire(memory, stored);
      return { kind: 'deciding', at };
    },
    async settle(exportId, { outcome, endedAt, expiresAt, failure }) {
      const stored = memory.exports.get(exportId);
      if (!stored) return 'gone';
      const { record } = stored;
      if (record.state === outcome) return 'settled';
      if (isOver(record.state) || record.state === 'preparing') return 'refused';
      stored.decided = { by: '', at: endedAt };
      Object.assign(record, { state: outcome, outcome, endedAt, expiresAt });
      memory.totals.ended[outcome] += 1;
      if (failure === undefined) delete record.failure;
      else record.failure = failure;
      retire(memory, stored);
      stored.steps.clear();
      return 'settled';
    },
    async expire(exportId) {
      const stored = memory.exports.get(exportId);
      if (stored && !isOver(stored.record.state)) return false;
      memory.exports.delete(exportId);
      return true;
    },
  };
}
