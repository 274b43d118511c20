import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Lease, Postponement } from '@millrace/export';
import { cut, disk, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

const TERMS = { firstMs: 20, lastMs: 60, patienceMs: 60_000 };

export function postponeStories(make: MakeStore): void {
  describe('postponing', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
      await stage.plan(2);
    });
    afterEach(() => store.close());

    const postpone = (lease: Lease, terms: Partial<typeof TERMS> = {}) =>
      store.jobs.postpone(lease, { ...TERMS, ...terms });
    /** Takes the first shard and postpones it; how long it is to wait. */
    async function putOff(terms?: Partial<typeof TERMS>): Promise<Postponement | { kind: 'fenced' }> {
      return postpone(await stage.take('shard-0', { maxAttempts: 1 }), terms);
    }

    test('costs no attempt, however often it is done', async () => {
      for (let round = 0; round < 5; round += 1) {
        expect(await putOff()).toMatchObject({ kind: 'postponed' });
      }
      expect(await stage.claim('shard-0', { maxAttempts: 1 })).toMatchObject({ kind: 'claimed', attempt: 1 });
    });

    test('lets the step wait twice as long each time, up to a limit', async () => {
      const waits = [await putOff(), await putOff(), await putOff(), await putOff()];
      expect(waits).toEqual([20, 40, 60, 60].map((waitMs) => ({ kind: 'postponed', waitMs })));
    });

    test('gives the lease and the place of its tenant back at once', async () => {
      const capped = await make({ tenantSteps: 1 });
      const other = await setStage(capped.jobs);
      await other.plan(2);
      const lease = await other.take('shard-0');
      expect(await other.claim('shard-1')).toEqual({ kind: 'full' });
      await capped.jobs.postpone(lease, TERMS);
      expect(await capped.jobs.heartbeat(lease, 100)).toEqual({ kind: 'fenced' });
      expect(await other.claim('shard-1')).toMatchObject({ kind: 'claimed' });
      await capped.close();
    });

    test('dispatches the step once its wait is over, and counts its age from then', async () => {
      await store.jobs.dispatch(100);
      await stage.take('shard-1');
      await putOff({ firstMs: 50 });
      expect(await store.jobs.dispatch(100)).toEqual([]);
      expect(await store.jobs.backlog()).toMatchObject({ queued: 0, oldestMs: 0 });
      await store.elapse(60);
      const { queued, oldestMs } = await store.jobs.backlog();
      expect(queued).toBe(1);
      expect(oldestMs).toBeGreaterThanOrEqual(5);
      expect(await store.jobs.dispatch(100)).toEqual([{ exportId: stage.id, step: 'shard-0', round: 1 }]);
    });

    test('answers a repeat with the rest of the wait', async () => {
      const lease = await stage.take('shard-0');
      await postpone(lease, { firstMs: 10_000, lastMs: 10_000 });
      const again = await postpone(lease, { firstMs: 10_000, lastMs: 10_000 });
      expect(again).toMatchObject({ kind: 'postponed' });
      if (again.kind === 'postponed') {
        expect(again.waitMs).toBeGreaterThan(0);
        expect(again.waitMs).toBeLessThanOrEqual(10_000);
      }
    });

    test('ends with the patience, and leaves the step with its owner', async () => {
      await putOff({ patienceMs: 1000 });
      await store.elapse(600);
      await putOff({ patienceMs: 1000 });
      await store.elapse(600);
      const lease = await stage.take('shard-0');
      const spent = await postpone(lease, { patienceMs: 1000 });
      expect(spent).toMatchObject({ kind: 'spent' });
      if (spent.kind === 'spent') expect(spent.afterMs).toBeGreaterThan(1000);
      expect(await store.jobs.heartbeat(lease, 10_000)).toEqual({ kind: 'extended' });
      expect(await postpone(lease, { patienceMs: 1000 })).toMatchObject({ kind: 'spent' });
    });

    test('begins anew after progress', async () => {
      await putOff();
      await putOff();
      const lease = await stage.take('shard-0');
      await store.jobs.commitPart(lease, cut(0, 0, 50));
      expect(await postpone(lease)).toEqual({ kind: 'postponed', waitMs: 20 });
    });

    test('begins anew after an attempt that went on for longer than the patience', async () => {
      await putOff({ patienceMs: 30 });
      const lease = await stage.take('shard-0');
      await store.elapse(40);
      expect(await postpone(lease, { patienceMs: 30 })).toEqual({ kind: 'postponed', waitMs: 20 });
    });

    test('keeps the attempts that failures have spent', async () => {
      await stage.jobs.release(await stage.take('shard-0'), { kind: 'failed', failure: disk });
      await postpone(await stage.take('shard-0'));
      expect(await stage.claim('shard-0', { maxAttempts: 1 })).toEqual({
        kind: 'exhausted',
        attempts: 1,
        failure: disk,
      });
    });

    test('is refused without the lease, and when the export is over', async () => {
      const lease = await stage.take('shard-0');
      expect(await postpone({ ...lease, nonce: 'another' })).toEqual({ kind: 'fenced' });
      await store.jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await postpone(lease)).toEqual({ kind: 'fenced' });
    });
  });
}
