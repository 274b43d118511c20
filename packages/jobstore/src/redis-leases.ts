import { shardIndex, type ClaimResult, type StepLeases, type StepRef } from '@millrace/export';
import { capsText } from './limits.js';
import type { Reply } from './replies.js';
import type { StoreAccess } from './store-access.js';

export function redisLeases({ keys, run, limits }: StoreAccess): StepLeases {
  const keysOf = ({ exportId, step }: StepRef) => [keys.export(exportId), keys.step(exportId, step)];
  return {
    async claim(step, { nonce, worker, leaseMs, maxAttempts }) {
      const position = shardIndex(step.step) ?? step.step;
      const by = [nonce, worker, leaseMs, maxAttempts];
      const reply = await run('claim', keysOf(step), [...by, position, capsText(limits)]);
      return claimResult(step, nonce, reply);
    },
    async heartbeat(lease, leaseMs) {
      const args = [lease.token, lease.nonce, leaseMs, limits.turnMs];
      const [kind] = await run('heartbeat', keysOf(lease), args);
      return kind === 'wanted' ? { kind: 'extended', isWanted: true } : { kind };
    },
    async release(lease, how) {
      const [failure, retryMs] =
        how.kind === 'failed' ? [JSON.stringify(how.failure), how.retryMs ?? 0] : ['', 0];
      const args = [lease.token, lease.nonce, how.kind, failure, Math.ceil(retryMs)];
      const [kind] = await run('release', keysOf(lease), args);
      return { kind };
    },
    async postpone(lease, { firstMs, lastMs, patienceMs }) {
      const args = [lease.token, lease.nonce, Math.ceil(firstMs), Math.ceil(lastMs), patienceMs];
      const reply = await run('postpone', keysOf(lease), args);
      switch (reply[0]) {
        case 'postponed':
          return { kind: 'postponed', waitMs: reply[1] };
        case 'spent':
          return { kind: 'spent', afterMs: reply[1] };
        case 'fenced':
          return { kind: 'fenced' };
        default:
          return reply satisfies never;
      }
    },
  };
}

function claimResult({ exportId, step }: StepRef, nonce: string, reply: Reply<'claim'>): ClaimResult {
  switch (reply[0]) {
    case 'claimed': {
      const [kind, token, cuts, offset, attempt, tenant, ranMs] = reply;
      const lease = { exportId, step, token, nonce };
      return { kind, lease, checkpoint: { cuts, offset }, attempt, tenant, ranMs };
    }
    case 'held':
      return { kind: 'held', remainingMs: reply[1] };
    case 'exhausted': {
      const [kind, attempts, failure] = reply;
      return { kind, attempts, ...(failure === undefined ? {} : { failure }) };
    }
    case 'closed':
      return { kind: 'closed', state: reply[1], outcome: reply[2] };
    case 'done':
    case 'full':
    case 'early':
    case 'lost':
    case 'gone':
      return { kind: reply[0] };
    default:
      return reply satisfies never;
  }
}
