import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DispatchedStep, JobStore } from '@millrace/export';
import {
  LONG_MS,
  disk,
  emptyCut,
  setStage,
  type MakeStore,
  type Stage,
  type StoreUnderTest,
} from './stage.js';

export function fairnessStories(make: MakeStore): void {
  describe('fairness', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
      await store.jobs.registerWorker({ id: 'w1', slots: 2_000, forMs: LONG_MS });
    });
    afterEach(() => store.close());

    async function planned(tenant: string, shards: number): Promise<Stage> {
      const stage = await setStage(store.jobs, { tenant });
      await stage.plan(shards);
      return stage;
    }
    const shareOf = (stage: Stage, given: readonly DispatchedStep[]) =>
      given.filter(({ exportId }) => exportId === stage.id).length;

    test.each([['its own tenant', 'large'] as const, ['another tenant', 'small'] as const])(
      'a small export overtakes a large one of %s',
      async (_, tenant) => {
        const large = await planned('large', 2_000);
        await store.jobs.dispatch(10);
        const small = await planned(tenant, 5);
        const given = await store.jobs.dispatch(12);
        expect(shareOf(small, given)).toBe(5);
        expect(shareOf(large, given)).toBe(7);
      },
    );

    test('tenants have the same share, however many exports each has', async () => {
      const many = [await planned('a', 50), await planned('a', 50), await planned('a', 50)];
      const one = await planned('b', 50);
      const given = await store.jobs.dispatch(60);
      expect(shareOf(one, given)).toBe(30);
      expect(many.map((stage) => shareOf(stage, given))).toEqual([10, 10, 10]);
    });

    test('time without work earns nothing', async () => {
      const idle = await planned('idle', 1);
      const busy = await planned('busy', 500);
      await store.jobs.dispatch(200);
      const back = await planned('idle', 100);
      const given = await store.jobs.dispatch(40);
      expect(shareOf(idle, given)).toBe(0);
      expect(shareOf(back, given)).toBe(20);
      expect(shareOf(busy, given)).toBe(20);
    });

    test('a tenant that always has one step only does not keep others from theirs', async () => {
      const busy = await planned('m', 100);
      const turns: string[] = [];
      // Names before and after, because names decide between those that have had the same.
      for (let round = 0; round < 20; round += 1) {
        for (const tenant of ['a', 'z']) await (await setStage(store.jobs, { tenant })).accept();
        const [step] = await store.jobs.dispatch(1);
        turns.push(step?.exportId === busy.id ? 'm' : 'other');
      }
      expect(turns.filter((turn) => turn === 'm').length).toBeGreaterThanOrEqual(6);
    });

    test('a step that comes back has its turn as any other', async () => {
      const failing = await planned('failing', 50);
      const fine = await planned('fine', 50);
      let [ofFailing, ofFine] = [0, 0];
      for (let round = 0; round < 20; round += 1) {
        const given = await store.jobs.dispatch(2);
        ofFailing += shareOf(failing, given);
        ofFine += shareOf(fine, given);
        for (const { exportId, step } of given) {
          if (exportId !== failing.id) continue;
          const lease = await failing.take(step, { maxAttempts: 100 });
          await store.jobs.release(lease, { kind: 'failed', failure: disk });
        }
      }
      expect([ofFailing, ofFine]).toEqual([20, 20]);
    });
  });

  describe('the cap of a tenant', () => {
    let store: StoreUnderTest;
    const open = async (limits: Parameters<MakeStore>[0]) => {
      store = await make(limits);
      await store.jobs.registerWorker({ id: 'w1', slots: 100, forMs: LONG_MS });
    };
    afterEach(() => store.close());

    const tenantsOf = async (jobs: JobStore, given: readonly DispatchedStep[]) =>
      Promise.all(given.map(async ({ exportId }) => (await jobs.read(exportId))?.tenant));

    test('is not exceeded, and others go on', async () => {
      await open({ tenantSteps: 2 });
      const capped = await setStage(store.jobs, { tenant: 'a' });
      await capped.plan(10);
      const other = await setStage(store.jobs, { tenant: 'b' });
      await other.plan(1);
      expect((await tenantsOf(store.jobs, await store.jobs.dispatch(100))).sort()).toEqual(['a', 'a', 'b']);
      const lease = await capped.take('shard-0');
      expect(await store.jobs.dispatch(100)).toEqual([]);
      await store.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 0 }));
      expect(await store.jobs.dispatch(100)).toMatchObject([{ step: 'shard-2' }]);
      await store.jobs.release(await capped.take('shard-1'), { kind: 'handback' });
      expect(await store.jobs.dispatch(100)).toMatchObject([{ step: 'shard-1', round: 1 }]);
    });

    test('is its own where it has one, at the dispatch and at the claim', async () => {
      await open({
        tenantSteps: 3,
        stepsOfTenants: new Map([
          ['a-b', 1],
          ['c', 0],
        ]),
        deliveryMs: 10,
      });
      const stages = new Map<string, Stage>();
      // The name of the first is the end of another one.
      for (const tenant of ['b', 'a-b', 'c']) {
        const stage = await setStage(store.jobs, { tenant });
        await stage.plan(5);
        stages.set(tenant, stage);
      }
      const tenants = await tenantsOf(store.jobs, await store.jobs.dispatch(100));
      expect(tenants.sort()).toEqual(['a-b', 'b', 'b', 'b', 'c', 'c', 'c', 'c', 'c']);
      await store.elapse(10);
      await stages.get('a-b')?.take('shard-0');
      expect(await stages.get('a-b')?.claim('shard-1')).toEqual({ kind: 'full' });
      await stages.get('b')?.take('shard-0');
      expect(await stages.get('b')?.claim('shard-1')).toMatchObject({ kind: 'claimed' });
    });

    test('holds at the claim too, where messages may be late: the step waits again', async () => {
      await open({ tenantSteps: 1, deliveryMs: 10 });
      const stage = await setStage(store.jobs);
      await stage.plan(3);
      expect(await store.jobs.dispatch(100)).toMatchObject([{ step: 'shard-0' }]);
      await store.elapse(10);
      expect(await store.jobs.dispatch(100)).toMatchObject([{ step: 'shard-1' }]);
      const lease = await stage.take('shard-1');
      expect(await stage.claim('shard-0')).toEqual({ kind: 'full' });
      await store.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 100 }));
      expect(await store.jobs.dispatch(100)).toMatchObject([{ step: 'shard-0', round: 1 }]);
      expect(await stage.claim('shard-0')).toMatchObject({ kind: 'claimed', attempt: 1 });
    });

    test('does not count a lease that has ended, and counts one that is renewed', async () => {
      await open({ tenantSteps: 1, deliveryMs: 60_000 });
      const stage = await setStage(store.jobs);
      await stage.plan(3);
      await store.jobs.dispatch(100);
      const lease = await stage.take('shard-0', { leaseMs: 20 });
      await store.jobs.heartbeat(lease, 60);
      await store.elapse(25);
      expect(await store.jobs.dispatch(100)).toEqual([]);
      await store.elapse(60);
      expect(await store.jobs.dispatch(100)).toMatchObject([{ step: 'shard-1' }]);
    });

    test('is free again when the export that used it is cancelled', async () => {
      await open({ tenantSteps: 1 });
      const [one, other] = [await setStage(store.jobs), await setStage(store.jobs)];
      await one.accept();
      await store.jobs.dispatch(100);
      await one.take('plan');
      await other.accept();
      expect(await store.jobs.dispatch(100)).toEqual([]);
      await store.jobs.decide(one.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await store.jobs.dispatch(100)).toMatchObject([{ exportId: other.id }]);
    });

    test('earns a tenant nothing while it is passed over', async () => {
      await open({ tenantSteps: 1 });
      const capped = await setStage(store.jobs, { tenant: 'a' });
      await capped.plan(40);
      await store.jobs.dispatch(1);
      const held = await capped.take('shard-0');
      // Others come and go one by one while the first is at its cap.
      const others: Stage[] = [];
      for (const tenant of ['b', 'c', 'd', 'e', 'f']) {
        const stage = await setStage(store.jobs, { tenant });
        await stage.plan(6);
        others.push(stage);
      }
      for (let round = 0; round < 5; round += 1) {
        for (const { exportId, step } of await store.jobs.dispatch(5)) {
          await others.find(({ id }) => id === exportId)?.finish(step);
        }
      }
      await store.jobs.commitShard(held, emptyCut({ cuts: 0, offset: 0 }));
      const turns = await tenantsOf(store.jobs, await store.jobs.dispatch(6));
      expect([...turns].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    });

    test('earns a tenant nothing either while another one has all turns', async () => {
      await open({ tenantSteps: 20 });
      const capped = await setStage(store.jobs, { tenant: 'a' });
      await capped.plan(40);
      const held = [];
      for (const { step } of await store.jobs.dispatch(20)) held.push(await capped.take(step));
      const other = await setStage(store.jobs, { tenant: 'b' });
      await other.plan(80);
      for (const { step } of await store.jobs.dispatch(20)) await other.finish(step);
      for (const [shard, lease] of held.entries()) {
        await store.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: shard * 100 }));
      }
      const turns = await tenantsOf(store.jobs, await store.jobs.dispatch(21));
      // One turn to make up for the last one of the other, and the rest by turns.
      expect(turns.filter((tenant) => tenant === 'a')).toHaveLength(11);
    });

    test('on exports refuses one too many at kick-off, also of many at the same time', async () => {
      await open({ tenantExports: 3 });
      const create = (tenant: string) =>
        setStage(store.jobs, { tenant }).then((stage) =>
          store.jobs
            .create({ id: stage.id, tenant, client: 'anonymous' })
            .then((created) => ({ stage, created })),
        );
      const created = await Promise.all(Array.from({ length: 8 }, () => create('a')));
      const accepted = created.filter((one) => one.created.kind === 'created');
      expect(accepted).toHaveLength(3);
      expect(created.find((one) => one.created.kind === 'full')?.created).toEqual({
        kind: 'full',
        active: 3,
      });
      expect((await create('b')).created.kind).toBe('created');

      const [first, second] = accepted;
      await store.jobs.discard(first?.stage.id ?? '');
      expect((await create('a')).created.kind).toBe('created');
      await store.jobs.activate(second?.stage.id ?? '');
      expect((await create('a')).created.kind).toBe('full');
      await store.jobs.decide(second?.stage.id ?? '', { outcome: 'cancelled', nonce: 'n' });
      expect((await create('a')).created.kind).toBe('created');
    });
  });
}
