import { isOver, shardIndex, type ClaimResult, type StepId, type StepLeases } from '@millrace/export';
import { heldStep, type Memory, type StoredExport } from './memory-state.js';

export function memoryLeases(memory: Memory): StepLeases {
  return {
    async claim({ exportId, step }, { nonce, leaseMs, maxAttempts }) {
      const stored = memory.exports.get(exportId);
      const refused = refusal(stored, step);
      if (refused) return refused;
      const taken = stored?.steps.get(step);
      if (!stored || !taken) return { kind: step === 'finalize' ? 'early' : 'gone' };
      if (taken.state === 'done') return { kind: 'done', opened: taken.opened };

      const now = memory.now();
      const isLive = taken.state === 'running' && taken.leaseEnds > now;
      if (isLive && taken.owner !== nonce) return { kind: 'held', remainingMs: taken.leaseEnds - now };
      if (!isLive) {
        if (taken.attempts >= maxAttempts) {
          const { attempts, failure } = taken;
          return { kind: 'exhausted', attempts, ...(failure === undefined ? {} : { failure }) };
        }
        taken.state = 'running';
        taken.token = Math.max(taken.token + 1, now);
        taken.owner = nonce;
        taken.attempts += 1;
        if (stored.record.state === 'accepted') {
          stored.record.state = 'in-progress';
          stored.record.startedAt = now;
        }
      }
      taken.leaseEnds = now + leaseMs;
      const { token, cuts, offset, attempts } = taken;
      return {
        kind: 'claimed',
        lease: { exportId, step, token: String(token), nonce },
        checkpoint: { cuts, offset },
        attempt: Math.max(1, attempts),
      };
    },
    async heartbeat(lease, leaseMs) {
      const held = heldStep(memory, lease)?.held;
      if (held?.state !== 'running') return { kind: 'fenced' };
      held.leaseEnds = memory.now() + leaseMs;
      return { kind: 'extended' };
    },
    async release(lease, how) {
      const held = heldStep(memory, lease)?.held;
      if (!held || held.state === 'done') return { kind: 'fenced' };
      if (held.state === 'waiting') return { kind: 'released' };
      if (how.kind === 'failed') {
        held.attempts = Math.max(1, held.attempts);
        held.failure = how.failure;
      } else {
        held.attempts = Math.max(0, held.attempts - 1);
      }
      held.state = 'waiting';
      held.leaseEnds = 0;
      return { kind: 'released' };
    },
  };
}

/** Why no step, or not this one, can be taken whatever its own state. */
function refusal(stored: StoredExport | undefined, step: StepId): ClaimResult | undefined {
  if (!stored) return { kind: 'gone' };
  const { state, outcome, shardsTotal } = stored.record;
  if (state === 'preparing') return { kind: 'early' };
  if (isOver(state) || state === 'deciding') {
    return { kind: 'closed', state, ...(outcome === undefined ? {} : { outcome }) };
  }
  const shard = shardIndex(step);
  if (shard === undefined) return undefined;
  if (shardsTotal !== undefined && shard >= shardsTotal) return { kind: 'gone' };
  return shard >= stored.shardsOpen ? { kind: 'early' } : undefined;
}
