import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { changeset } from '@millrace/export';
import type { Changeset } from '@millrace/export';
import { named } from './dispatch-stories.js';
import { LONG_MS, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

const DELIVERY_MS = 200;
const TERMS = { queueTimeoutMs: 1, noProgressMs: 1, preparingMs: 1, decidingMs: 1 };
const NOTHING = { startRequired: [], reclaimRequired: [], faults: [] };

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

    /** The changes that the census of this moment asks for. */
    const asked = async (max = 100): Promise<Changeset> => {
      const { at, steps, workers } = await store.jobs.sentSteps(max);
      return changeset({ exports: [], steps, workers }, at, TERMS);
    };
    const silent = async () => (await asked()).startRequired;
    const takeBack = async () => store.jobs.takeBack((await asked()).reclaimRequired);

    test('finds nothing while all is well', async () => {
      await store.jobs.dispatch(100);
      await stage.take('shard-0');
      expect(await asked()).toMatchObject(NOTHING);
      await store.elapse(DELIVERY_MS);
      await stage.take('shard-1');
      await stage.take('shard-2');
      expect(await asked()).toMatchObject(NOTHING);
      expect(await store.jobs.mend(100)).toEqual({ steps: 0, lost: [] });
    });

    test('lets a step whose lease has ended wait again in the next round, and fences its owner', async () => {
      await store.jobs.dispatch(1);
      const lease = await stage.take('shard-0', { leaseMs: 10 });
      await store.elapse(10);
      expect(await takeBack()).toEqual({ returned: 1 });
      expect(await asked()).toMatchObject(NOTHING);
      expect(await store.jobs.heartbeat(lease, 1_000)).toEqual({ kind: 'fenced' });
      expect(named(await store.jobs.dispatch(1))).toEqual(['shard-0#1']);
      expect(await stage.claim('shard-0')).toMatchObject({ kind: 'claimed', attempt: 2 });
    });

    test('keeps a step whose lease is renewed', async () => {
      await store.jobs.dispatch(1);
      const lease = await stage.take('shard-0', { leaseMs: 10 });
      await store.jobs.heartbeat(lease, LONG_MS);
      await store.elapse(10);
      expect(await asked()).toMatchObject(NOTHING);
    });

    test('tells of steps that nobody has claimed in time, at most as many as asked for', async () => {
      await store.jobs.dispatch(100);
      await store.elapse(DELIVERY_MS);
      expect(named(await silent())).toEqual(['shard-0', 'shard-1', 'shard-2']);
      expect((await asked(2)).startRequired).toHaveLength(2);
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

    test('acts once on a loss that several processes found at the same time', async () => {
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

    test('takes a step back once, however many found it, and not from a worker that has renewed it or taken it since', async () => {
      await store.jobs.dispatch(3);
      await stage.take('shard-0', { leaseMs: 10 });
      const renewed = await stage.take('shard-1', { leaseMs: 10 });
      await stage.take('shard-2', { leaseMs: 10 });
      await store.elapse(10);
      const { reclaimRequired } = await asked();
      expect(reclaimRequired).toHaveLength(3);
      await store.jobs.heartbeat(renewed, LONG_MS);
      const successor = await stage.take('shard-2');
      const returned = await Promise.all([1, 2, 3].map(() => store.jobs.takeBack(reclaimRequired)));
      expect(returned.map((result) => result.returned).sort()).toEqual([0, 0, 1]);
      for (const lease of [renewed, successor]) {
        expect(await store.jobs.heartbeat(lease, LONG_MS)).toEqual({ kind: 'extended' });
      }
    });

    test('takes steps back from a worker that is not known any more, before their leases end', async () => {
      await store.jobs.dispatch(2);
      const lease = await stage.take('shard-0');
      expect(await asked()).toMatchObject(NOTHING);
      await store.jobs.registerWorker({ id: 'w1', slots: 0, forMs: LONG_MS });
      expect(await asked()).toMatchObject({ reclaimRequired: [], faults: [expect.any(String)] });
      await store.jobs.registerWorker({ id: 'w2', slots: 1, forMs: LONG_MS });
      expect(await takeBack()).toEqual({ returned: 1 });
      expect(await store.jobs.heartbeat(lease, LONG_MS)).toEqual({ kind: 'fenced' });
    });

    test('takes nothing back of an export that is decided', async () => {
      await store.jobs.dispatch(1);
      await stage.take('shard-0', { leaseMs: 10 });
      await store.elapse(10);
      const { reclaimRequired } = await asked();
      await store.jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await store.jobs.takeBack(reclaimRequired)).toEqual({ returned: 0 });
      expect(await asked()).toMatchObject(NOTHING);
    });
  });
}
