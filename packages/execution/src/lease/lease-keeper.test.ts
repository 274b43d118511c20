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

/** Notes what it is told of its lease. */
function holder() {
  return {
    lost: undefined as LeaseLostError | undefined,
    lostAt: Number.NaN,
    isWanted: false,
    onLost(error: LeaseLostError) {
      this.lost = error;
      this.lostAt = performance.now();
    },
    onWanted() {
      this.isWanted = true;
    },
  };
}

describe('a kept lease', () => {
  test('is renewed four times in its length, for as long as it is kept', async () => {
    const jobs = heartbeats();
    const told = holder();
    const kept = keepLease(jobs, lease, terms, performance.now(), told);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told.lost).toBeUndefined();
    expect(jobs.sent.length).toBeGreaterThanOrEqual(39);
    kept[Symbol.dispose]();
    const before = jobs.sent.length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(jobs.sent.length).toBe(before);
  });

  test('is lost at once when the store refuses it', async () => {
    const told = holder();
    using _kept = keepLease(heartbeats('extended', 'fenced'), lease, terms, performance.now(), told);
    await jest.advanceTimersByTimeAsync(500);
    expect(told.lost).toMatchObject({ name: 'LeaseLostError', loss: 'fenced' });
  });

  test('says when its step has had its turn, and is kept all the same', async () => {
    let beats = 0;
    const jobs = {
      heartbeat: async () => {
        beats += 1;
        return beats < 3 ? ({ kind: 'extended' } as const) : ({ kind: 'extended', isWanted: true } as const);
      },
    };
    const told = holder();
    using _kept = keepLease(jobs, lease, terms, performance.now(), told);
    await jest.advanceTimersByTimeAsync(600);
    expect(told.isWanted).toBe(false);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told).toMatchObject({ isWanted: true, lost: undefined });
  });

  test('is looked at at once when it is in doubt, and soon again until the store answers', async () => {
    const long = { leaseMs: 3_600_000, marginMs: 1_000 };
    const jobs = heartbeats('error', 'error', 'fenced');
    const told = holder();
    using kept = keepLease(jobs, lease, long, performance.now(), told);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(jobs.sent).toHaveLength(0);
    kept.check();
    await jest.advanceTimersByTimeAsync(600);
    expect(told.lost).toMatchObject({ loss: 'fenced' });
  });

  test('survives errors while its time lasts', async () => {
    const told = holder();
    using _kept = keepLease(heartbeats('error', 'error', 'extended'), lease, terms, performance.now(), told);
    await jest.advanceTimersByTimeAsync(5000);
    expect(told.lost).toBeUndefined();
  });

  test('is lost before its end when the store is silent', async () => {
    const startedAt = performance.now();
    const told = holder();
    using _kept = keepLease(heartbeats('silence'), lease, terms, startedAt, told);
    await jest.advanceTimersByTimeAsync(5000);
    expect(told.lostAt - startedAt).toBe(terms.leaseMs - terms.marginMs);
    expect(told.lost).toBeInstanceOf(LeaseLostError);
  });

  test('counts from before the claim was sent, not from its answer', async () => {
    const claimSentAt = performance.now();
    await jest.advanceTimersByTimeAsync(700);
    const told = holder();
    using _kept = keepLease(heartbeats('silence'), lease, terms, claimSentAt, told);
    await jest.advanceTimersByTimeAsync(201);
    expect(told.lost).toBeDefined();
  });
});
