import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { named } from './dispatch-stories.js';
import { LONG_MS, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

const DELIVERY_MS = 20;

export function upkeepStories(make: MakeStore): void {
  describe('upkeep', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make({ deliveryMs: DELIVERY_MS });
      stage = await setStage(store.jobs);
      await store.jobs.registerWorker({ id: 'w1', slots: 50, forMs: LONG_MS });
      await stage.plan(3);
    });
    afterEach(() => store.close());

    const silent = async () => (await store.jobs.reclaim(100)).silent;

    test('finds nothing while all is well', async () => {
      await store.jobs.dispatch(100);
      await stage.take('shard-0');
      expect(await store.jobs.reclaim(100)).toEqual({ returned: 0, silent: [] });
      await store.elapse(DELIVERY_MS);
      await stage.take('shard-1');
      await stage.take('shard-2');
      expect(await store.jobs.reclaim(100)).toEqual({ returned: 0, silent: [] });
      expect(await store.jobs.mend(100, 1_000)).toEqual({ steps: 0, undecided: [], lost: [] });
    });

    test('lets a step whose lease has ended wait again in the next round, and fences its owner', async () => {
      await store.jobs.dispatch(1);
      const lease = await stage.take('shard-0', { leaseMs: 10 });
      await store.elapse(10);
      expect(await store.jobs.reclaim(100)).toEqual({ returned: 1, silent: [] });
      expect(await store.jobs.reclaim(100)).toEqual({ returned: 0, silent: [] });
      expect(await store.jobs.heartbeat(lease, 1_000)).toEqual({ kind: 'fenced' });
      expect(named(await store.jobs.dispatch(1))).toEqual(['shard-0#1']);
      expect(await stage.claim('shard-0')).toMatchObject({ kind: 'claimed', attempt: 2 });
    });

    test('keeps a step whose lease is renewed', async () => {
      await store.jobs.dispatch(1);
      const lease = await stage.take('shard-0', { leaseMs: 10 });
      await store.jobs.heartbeat(lease, LONG_MS);
      await store.elapse(10);
      expect(await store.jobs.reclaim(100)).toEqual({ returned: 0, silent: [] });
    });

    test('tells of steps that nobody has claimed in time, at most as many as asked for', async () => {
      await store.jobs.dispatch(100);
      await store.elapse(DELIVERY_MS);
      expect(named(await silent())).toEqual(['shard-0', 'shard-1', 'shard-2']);
      expect((await store.jobs.reclaim(2)).silent).toHaveLength(2);
    });

    test('lets a step without a message wait again, and gives one with a message more time', async () => {
      await store.jobs.dispatch(2);
      await store.elapse(DELIVERY_MS);
      const [lost, there] = await silent();
      if (!lost || !there) throw new Error('nothing is silent');
      expect(await store.jobs.resolve({ lost: [lost], there: [there] })).toEqual({ returned: 1 });
      expect(await silent()).toEqual([]);
      expect(named(await store.jobs.dispatch(100))).toEqual(['shard-0#1', 'shard-2']);
      await store.elapse(DELIVERY_MS);
      expect(named(await silent())).toContain('shard-1');
    });

    test('acts once on what several found at the same time', async () => {
      await store.jobs.dispatch(1);
      await store.elapse(DELIVERY_MS);
      const found = await Promise.all([silent(), silent(), silent()]);
      const returned = await Promise.all(found.map((lost) => store.jobs.resolve({ lost, there: [] })));
      expect(returned.map((result) => result.returned).sort()).toEqual([0, 0, 1]);
      expect(named(await store.jobs.dispatch(1))).toEqual(['shard-0#1']);
      // An answer about the round before says nothing about this one.
      await store.elapse(DELIVERY_MS);
      expect(await store.jobs.resolve({ lost: found[0] ?? [], there: [] })).toEqual({ returned: 0 });
    });

    test('leaves a step alone that was claimed in the meantime', async () => {
      await store.jobs.dispatch(1);
      await store.elapse(DELIVERY_MS);
      const lost = await silent();
      await stage.take('shard-0');
      expect(await store.jobs.resolve({ lost, there: lost })).toEqual({ returned: 0 });
      expect(await stage.claim('shard-0')).toMatchObject({ kind: 'held' });
    });

    test('leaves a step alone of an export that was decided in the meantime', async () => {
      await store.jobs.dispatch(1);
      await store.elapse(DELIVERY_MS);
      const lost = await silent();
      await store.jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await store.jobs.resolve({ lost, there: [] })).toEqual({ returned: 0 });
      expect(await store.jobs.backlog()).toMatchObject({ queued: 0, window: 0 });
    });

    test('names exports whose decision is older than it should be', async () => {
      await store.jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'dead' });
      expect((await store.jobs.mend(100, 20)).undecided).toEqual([]);
      await store.elapse(20);
      expect((await store.jobs.mend(100, 20)).undecided).toEqual([stage.id]);
      await store.jobs.settle(stage.id, { outcome: 'cancelled', endedAt: 1, expiresAt: 2 });
      expect((await store.jobs.mend(100, 20)).undecided).toEqual([]);
    });
  });
}
