import { isOver, shardIndex, type ClaimResult, type StepId, type StepLeases } from '@millrace/export';
import { heldStep, type Memory, type StoredExport } from './memory-state.js';
import { hold, isAtCap, leave, memberOf, putBack, putOff } from './waiting-steps.js';

export function memoryLeases(memory: Memory): StepLeases {
  return {
    async claim({ exportId, step }, { nonce, worker, leaseMs, maxAttempts }) {
      const stored = memory.exports.get(exportId);
      const refused = refusal(stored, step);
      const taken = stored?.steps.get(step);
      if (refused || !stored || !taken) {
        leave(memory, exportId, step, stored?.record.tenant);
        return refused ?? { kind: 'early' };
      }

      const now = memory.now();
      const isLive = taken.state === 'running' && taken.leaseEnds > now;
      if (isLive && taken.owner !== nonce) return { kind: 'held', remainingMs: taken.leaseEnds - now };
      if (!isLive) {
        if (taken.attempts >= maxAttempts) {
          const { attempts, failure } = taken;
          return { kind: 'exhausted', attempts, ...(failure === undefined ? {} : { failure }) };
        }
        if (isAtCap(memory, stored.record.tenant, memberOf(exportId, step))) {
          taken.state = 'waiting';
          taken.leaseEnds = 0;
          putBack(memory, stored, step);
          return { kind: 'full' };
        }
        taken.state = 'running';
        taken.token = Math.max(taken.token + 1, now);
        taken.owner = nonce;
        taken.worker = worker;
        taken.attempts += 1;
        if (stored.record.state === 'accepted') {
          stored.record.state = 'in-progress';
          stored.record.startedAt = now;
          stored.record.progressAt = now;
        }
      }
      taken.leaseEnds = now + leaseMs;
      hold(memory, stored, step, taken.leaseEnds);
      const { token, cuts, offset, attempts } = taken;
      return {
        kind: 'claimed',
        lease: { exportId, step, token: String(token), nonce },
        checkpoint: { cuts, offset },
        attempt: Math.max(1, attempts),
        record: { ...stored.record },
      };
    },
    async heartbeat(lease, leaseMs) {
      const found = heldStep(memory, lease);
      if (found?.held.state !== 'running') return { kind: 'fenced' };
      found.held.leaseEnds = memory.now() + leaseMs;
      hold(memory, found.stored, lease.step, found.held.leaseEnds);
      return { kind: 'extended' };
    },
    async release(lease, how) {
      const found = heldStep(memory, lease);
      if (!found || found.held.state === 'done') return { kind: 'fenced' };
      const { stored, held } = found;
      if (held.state === 'waiting') return { kind: 'released' };
      if (how.kind === 'failed') {
        held.attempts = Math.max(1, held.attempts);
        held.failure = how.failure;
      } else {
        held.attempts = Math.max(0, held.attempts - 1);
      }
      held.state = 'waiting';
      held.leaseEnds = 0;
      const retryMs = how.kind === 'failed' ? (how.retryMs ?? 0) : 0;
      if (retryMs > 0) putOff(memory, stored, lease.step, memory.now() + Math.ceil(retryMs));
      else putBack(memory, stored, lease.step);
      return { kind: 'released' };
    },
    async postpone(lease, { firstMs, lastMs, patienceMs }) {
      const found = heldStep(memory, lease);
      if (!found || found.held.state === 'done') return { kind: 'fenced' };
      const { stored, held } = found;
      const now = memory.now();
      if (held.state === 'waiting') {
        return { kind: 'postponed', waitMs: Math.max(0, (stored.failed.score(lease.step) ?? now) - now) };
      }
      const before =
        held.postponed !== undefined && now - held.postponed.at <= patienceMs ? held.postponed : undefined;
      const since = before?.since ?? now;
      if (now - since > patienceMs) return { kind: 'spent', afterMs: now - since };
      const times = before?.times ?? 0;
      const waitMs = Math.min(Math.ceil(lastMs), Math.ceil(firstMs) * 2 ** times);
      held.postponed = { since, at: now, times: times + 1 };
      held.attempts = Math.max(0, held.attempts - 1);
      held.state = 'waiting';
      held.leaseEnds = 0;
      putOff(memory, stored, lease.step, now + waitMs);
      return { kind: 'postponed', waitMs };
    },
  };
}

/** Why no step, or not this one, can be taken whatever its own state. */
function refusal(stored: StoredExport | undefined, step: StepId): ClaimResult | undefined {
  if (!stored) return { kind: 'gone' };
  const { state, outcome, shardsTotal, shardsDone } = stored.record;
  if (state === 'preparing') return { kind: 'early' };
  if (isOver(state) || state === 'deciding') {
    return { kind: 'closed', state, ...(outcome === undefined ? {} : { outcome }) };
  }
  const shard = shardIndex(step);
  if (shard !== undefined && shardsTotal !== undefined && shard >= shardsTotal) return { kind: 'gone' };
  if (shard !== undefined && shard >= stored.shardsOpen) return { kind: 'early' };
  if (step === 'finalize' && shardsDone !== shardsTotal) return { kind: 'early' };
  return stored.steps.get(step)?.state === 'done' ? { kind: 'done' } : undefined;
}
