import { isOver, shardIndex } from '@millrace/export';
import type { ClaimResult, StepId, StepLeases, StepRef } from '@millrace/export';
import { ASKED_MS, PATIENCE_MS } from '../limits.js';
import { heldStep, type HeldStep, type Memory, type StoredExport } from './memory-state.js';
import { rivals } from './rivals.js';
import { hold, isAtCap, leave, memberOf, ownerOf, putBack, putOff } from './waiting-steps.js';

export function memoryLeases(memory: Memory): StepLeases {
  return {
    async claim({ exportId, step }, { nonce, worker, leaseMs, maxAttempts }) {
      const stored = memory.exports.get(exportId);
      const refused = refusal(stored, step);
      const taken = stored?.steps.get(step);
      if (refused || !stored || !taken) {
        leave(memory, exportId, step);
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
        const owner = ownerOf(stored.record);
        const hasRival = rivals(memory, owner, 0) > 0;
        if (isAtCap(memory, stored.record.tenant, memberOf(exportId, step)) || hasRival) {
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
        tenant: stored.record.tenant,
        ranMs: now - (stored.record.startedAt ?? now),
      };
    },
    async heartbeat(lease, leaseMs) {
      const found = heldStep(memory, lease);
      if (found?.held.state !== 'running') return { kind: 'fenced' };
      found.held.leaseEnds = memory.now() + leaseMs;
      hold(memory, found.stored, lease.step, found.held.leaseEnds);
      return isWanted(memory, found, lease) ? { kind: 'extended', isWanted: true } : { kind: 'extended' };
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

/** Whether a shard has had its turn, and another client waits that holds less. */
function isWanted(memory: Memory, { stored, held }: HeldStep, { exportId, step }: StepRef): boolean {
  const { waiting, limits, now } = memory;
  // The token is the time of the claim, or later.
  if (shardIndex(step) === undefined || now() - held.token < limits.turnMs) return false;
  const member = memberOf(exportId, step);
  for (const expired of waiting.asked.members(now())) waiting.asked.remove(expired);
  if (waiting.asked.has(member)) return true;
  const owner = ownerOf(stored.record);
  const waitedMs = Math.min(limits.turnMs, PATIENCE_MS);
  if (rivals(memory, owner, waitedMs) <= waiting.asked.size) return false;
  waiting.asked.set(member, now() + ASKED_MS);
  return true;
}

/** Why no step, or not this one, can be claimed, whatever the state of the step itself is. */
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
