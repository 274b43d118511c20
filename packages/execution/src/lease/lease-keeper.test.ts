import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { LeaseLostError } from '@millrace/export';
import type { Lease } from '@millrace/export';
import { keepLease } from './lease-keeper.js';

const lease: Lease = { exportId: 'e', step: 'shard-0', token: '1', nonce: 'n' };
const terms = { leaseMs: 1000, marginMs: 100 };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A job store that answers heartbeats as the script says, and then extends for ever. */
function heartbeats(...script: ('extended' | 'fenced' | 'error' | 'silence')[]) {
  const sent: number[] = [];
  return {
    sent,
    heartbeat: async () => {
      sent.push(performance.now());
      const answer = script.shift() ?? 'extended';
      if (answer === 'error') throw new Error('connection lost');
      if (answer === 'silence') await new Promise(() => undefined);
      return { kind: answer } as { kind: 'extended' } | { kind: 'fenced' };
    },
  };
}

describe('a kept lease', () => {
  test('is renewed four times in its length, for as long as it is kept', async () => {
    const jobs = heartbeats();
    const kept = keepLease(jobs, lease, terms, performance.now());
    await jest.advanceTimersByTimeAsync(10_000);
    expect(kept.lost.aborted).toBe(false);
    expect(jobs.sent.length).toBeGreaterThanOrEqual(39);
    kept[Symbol.dispose]();
    const before = jobs.sent.length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(jobs.sent.length).toBe(before);
  });

  test('is lost at once when the store refuses it', async () => {
    using kept = keepLease(heartbeats('extended', 'fenced'), lease, terms, performance.now());
    await jest.advanceTimersByTimeAsync(500);
    expect(kept.lost.reason).toMatchObject({ name: 'LeaseLostError', loss: 'fenced' });
  });

  test('says when its step has had its turn, and is kept all the same', async () => {
    let beats = 0;
    const jobs = {
      heartbeat: async () => {
        beats += 1;
        return beats < 3 ? ({ kind: 'extended' } as const) : ({ kind: 'extended', isWanted: true } as const);
      },
    };
    using kept = keepLease(jobs, lease, terms, performance.now());
    await jest.advanceTimersByTimeAsync(600);
    expect(kept.wanted.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(5_000);
    expect([kept.wanted.aborted, kept.lost.aborted]).toEqual([true, false]);
  });

  test('is looked at at once when it is in doubt, and soon again until the store answers', async () => {
    const long = { leaseMs: 3_600_000, marginMs: 1_000 };
    const jobs = heartbeats('error', 'error', 'fenced');
    using kept = keepLease(jobs, lease, long, performance.now());
    await jest.advanceTimersByTimeAsync(1_000);
    expect(jobs.sent).toHaveLength(0);
    kept.check();
    await jest.advanceTimersByTimeAsync(600);
    expect(kept.lost.reason).toMatchObject({ loss: 'fenced' });
  });

  test('survives errors while its time lasts', async () => {
    using kept = keepLease(heartbeats('error', 'error', 'extended'), lease, terms, performance.now());
    await jest.advanceTimersByTimeAsync(5000);
    expect(kept.lost.aborted).toBe(false);
  });

  test('is lost before its end when the store is silent', async () => {
    const startedAt = performance.now();
    using kept = keepLease(heartbeats('silence'), lease, terms, startedAt);
    let lostAt = Number.NaN;
    kept.lost.addEventListener('abort', () => {
      lostAt = performance.now() - startedAt;
    });
    await jest.advanceTimersByTimeAsync(5000);
    expect(lostAt).toBe(terms.leaseMs - terms.marginMs);
    expect(kept.lost.reason).toBeInstanceOf(LeaseLostError);
  });

  test('counts from before the claim was sent, not from its answer', async () => {
    const claimSentAt = performance.now();
    await jest.advanceTimersByTimeAsync(700);
    using kept = keepLease(heartbeats('silence'), lease, terms, claimSentAt);
    await jest.advanceTimersByTimeAsync(201);
    expect(kept.lost.aborted).toBe(true);
  });
});
