import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Lease } from '@millrace/export';
import { cut, disk, emptyCut, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

const SHORT_MS = 30;

export function leaseStories(make: MakeStore): void {
  describe('leases', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
      await stage.plan(2);
    });
    afterEach(() => store.close());

    /** All writes that need a lease. */
    const writes = (lease: Lease): readonly [string, () => Promise<unknown>][] => [
      ['heartbeat', () => stage.jobs.heartbeat(lease, SHORT_MS)],
      ['handback', () => stage.jobs.release(lease, { kind: 'handback' })],
      ['failure', () => stage.jobs.release(lease, { kind: 'failed', failure: disk })],
      ['cut', () => stage.jobs.commitPart(lease, cut(0, 0, 50))],
      ['completion', () => stage.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 0 }))],
      [
        'decision',
        () => stage.jobs.decide(stage.id, { outcome: 'failed', failure: disk, lease, nonce: lease.nonce }),
      ],
    ];

    async function expectFenced(lease: Lease): Promise<void> {
      for (const [write, attempt] of writes(lease)) {
        expect([write, await attempt()]).toEqual([write, { kind: 'fenced' }]);
      }
    }

    test('one of many that claim a step gets it, and the others are told how long to wait', async () => {
      const claims = await Promise.all(
        Array.from({ length: 20 }, () => stage.claim('shard-0', { leaseMs: 5_000 })),
      );
      expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      const held = claims.flatMap((claim) => (claim.kind === 'held' ? [claim.remainingMs] : []));
      expect(held).toHaveLength(19);
      expect(held.every((remaining) => remaining > 0 && remaining <= 5_000)).toBe(true);
    });

    test('a claim starts at the stored checkpoint with its first attempt', async () => {
      expect(await stage.claim('shard-1', { nonce: 'n1' })).toMatchObject({
        kind: 'claimed',
        lease: { exportId: stage.id, step: 'shard-1', nonce: 'n1', token: expect.stringMatching(/^\d+$/) },
        checkpoint: { cuts: 0, offset: 100 },
        attempt: 1,
      });
    });

    test('a claim tells whose export it is, and its plan begins the export', async () => {
      const fresh = await setStage(store.jobs);
      await fresh.accept();
      const claimed = await fresh.claim('plan');
      const { tenant } = (await store.jobs.read(fresh.id)) ?? {};
      expect(claimed).toMatchObject({ kind: 'claimed', tenant, ranMs: 0 });
      expect(await store.jobs.read(fresh.id)).toMatchObject({ id: fresh.id, state: 'in-progress' });
    });

    test('each claim tells for how long the export has run', async () => {
      await store.elapse(SHORT_MS);
      const claimed = await stage.claim('shard-0');
      expect(claimed.kind === 'claimed' && claimed.ranMs).toBeGreaterThanOrEqual(SHORT_MS);
    });

    test('a claim that is repeated by its owner gives the same lease', async () => {
      const first = await stage.claim('shard-0', { nonce: 'n1' });
      expect(await stage.claim('shard-0', { nonce: 'n1' })).toMatchObject({
        ...first,
        ranMs: expect.any(Number),
      });
    });

    test('an expired lease goes to the next claim, with a higher token and the next attempt', async () => {
      const old = await stage.take('shard-0', { leaseMs: SHORT_MS });
      await store.elapse(SHORT_MS);
      const next = await stage.claim('shard-0');
      expect(next).toMatchObject({ kind: 'claimed', attempt: 2 });
      if (next.kind === 'claimed') expect(Number(next.lease.token)).toBeGreaterThan(Number(old.token));
    });

    test('an owner that claims again after its lease has ended has spent an attempt', async () => {
      await stage.take('shard-0', { leaseMs: SHORT_MS, nonce: 'n1' });
      await store.elapse(SHORT_MS);
      expect(await stage.claim('shard-0', { nonce: 'n1' })).toMatchObject({ kind: 'claimed', attempt: 2 });
    });

    test('a worker that has lost a step cannot change it in any way', async () => {
      const stale = await stage.take('shard-0', { leaseMs: SHORT_MS });
      await store.elapse(SHORT_MS);
      const owner = await stage.take('shard-0');
      const before = await stage.jobs.read(stage.id);
      await expectFenced(stale);
      expect(await stage.jobs.read(stage.id)).toEqual(before);
      expect(await stage.jobs.heartbeat(owner, SHORT_MS)).toEqual({ kind: 'extended' });
    });

    test('neither the right token with another nonce nor the right nonce with another token is a lease', async () => {
      const lease = await stage.take('shard-0');
      await expectFenced({ ...lease, nonce: 'another' });
      await expectFenced({ ...lease, token: String(Number(lease.token) + 1) });
    });

    test('the lease of one step is no lease of another', async () => {
      const lease = await stage.take('shard-0');
      await expectFenced({ ...lease, step: 'shard-1' });
    });

    test('a heartbeat keeps a step for as long as it says', async () => {
      const lease = await stage.take('shard-0', { leaseMs: SHORT_MS });
      expect(await stage.jobs.heartbeat(lease, 60_000)).toEqual({ kind: 'extended' });
      await store.elapse(SHORT_MS);
      expect(await stage.claim('shard-0')).toMatchObject({ kind: 'held' });
    });

    test('a lease that has run out goes on while nobody else took the step', async () => {
      const lease = await stage.take('shard-0', { leaseMs: SHORT_MS });
      await store.elapse(SHORT_MS);
      expect(await stage.jobs.heartbeat(lease, 60_000)).toEqual({ kind: 'extended' });
      expect(await stage.jobs.commitPart(lease, cut(0, 0, 50))).toMatchObject({ kind: 'committed' });
    });

    test('a hand-back is free, may be repeated, and ends the lease at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const claimed = await stage.claim('shard-0', { maxAttempts: 1 });
        expect(claimed).toMatchObject({ kind: 'claimed', attempt: 1 });
        if (claimed.kind !== 'claimed') return;
        expect(await stage.jobs.release(claimed.lease, { kind: 'handback' })).toEqual({ kind: 'released' });
        expect(await stage.jobs.release(claimed.lease, { kind: 'handback' })).toEqual({ kind: 'released' });
        expect(await stage.jobs.heartbeat(claimed.lease, 100)).toEqual({ kind: 'fenced' });
      }
    });

    test('attempts that fail are spent one by one, and the last failure is told', async () => {
      for (const attempt of [1, 2]) {
        const claimed = await stage.claim('shard-0', { maxAttempts: 2 });
        expect(claimed).toMatchObject({ kind: 'claimed', attempt });
        if (claimed.kind !== 'claimed') return;
        const failure = { ...disk, diagnostics: `failure ${attempt}` };
        expect(await stage.jobs.release(claimed.lease, { kind: 'failed', failure })).toEqual({
          kind: 'released',
        });
        expect(await stage.jobs.release(claimed.lease, { kind: 'failed', failure })).toEqual({
          kind: 'released',
        });
      }
      const exhausted = { kind: 'exhausted', attempts: 2, failure: { ...disk, diagnostics: 'failure 2' } };
      expect(await stage.claim('shard-0', { maxAttempts: 2 })).toEqual(exhausted);
      expect(await stage.claim('shard-0', { maxAttempts: 2 })).toEqual(exhausted);
    });

    test('workers that die spend attempts without a failure to tell', async () => {
      await stage.take('shard-0', { leaseMs: SHORT_MS });
      await store.elapse(SHORT_MS);
      expect(await stage.claim('shard-0', { maxAttempts: 1 })).toEqual({ kind: 'exhausted', attempts: 1 });
    });

    test('a lease that is lost after a cut costs no attempt', async () => {
      const lease = await stage.take('shard-0', { leaseMs: SHORT_MS });
      await stage.jobs.commitPart(lease, cut(0, 0, 50));
      await store.elapse(SHORT_MS);
      expect(await stage.claim('shard-0', { maxAttempts: 1 })).toMatchObject({
        kind: 'claimed',
        checkpoint: { cuts: 1, offset: 50 },
        attempt: 1,
      });
    });

    test('a failure after a cut costs one attempt, and forgets those before the cut', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 50));
      await stage.jobs.release(lease, { kind: 'failed', failure: disk });
      expect(await stage.claim('shard-0', { maxAttempts: 2 })).toMatchObject({ kind: 'claimed', attempt: 2 });
    });

    test('a cut without progress does not renew the attempts', async () => {
      const lease = await stage.take('shard-0', { leaseMs: SHORT_MS });
      await stage.jobs.commitPart(lease, cut(0, 0, 0));
      await store.elapse(SHORT_MS);
      expect(await stage.claim('shard-0', { maxAttempts: 1 })).toMatchObject({ kind: 'exhausted' });
    });
  });
}
