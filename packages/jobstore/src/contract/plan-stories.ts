import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyCut, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

export function planStories(make: MakeStore): void {
  describe('the plan', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
    });
    afterEach(() => store.close());

    test('is invisible until its last slice, which opens the first stage', async () => {
      await stage.accept();
      const lease = await stage.take('plan');
      expect(await stage.jobs.planSlice(lease, { first: 0, starts: [0, 100] })).toEqual({ kind: 'planned' });
      expect(await stage.claim('shard-0')).toEqual({ kind: 'early' });
      expect((await stage.jobs.read(stage.id))?.shardsTotal).toBeUndefined();

      const last = { first: 2, starts: [200], complete: { stages: [2, 1], bytesTotal: 300 } };
      expect(await stage.jobs.planSlice(lease, last)).toEqual({ kind: 'planned' });
      expect(await stage.jobs.planSlice(lease, last)).toEqual({ kind: 'planned' });
      expect(await stage.jobs.read(stage.id)).toMatchObject({
        shardsTotal: 3,
        shardsDone: 0,
        bytesTotal: 300,
      });
      expect(await stage.claim('shard-1')).toMatchObject({
        kind: 'claimed',
        checkpoint: { cuts: 0, offset: 100 },
      });
    });

    test('counts a subject as done once the last shard of its pass is, in whatever order they end', async () => {
      await stage.accept();
      const lease = await stage.take('plan');
      const passes = [
        { shards: 2, subjects: 3 },
        { shards: 0, subjects: 1 },
        { shards: 1, subjects: 5 },
      ];
      const complete = { stages: [3], bytesTotal: 300, passes };
      await stage.jobs.planSlice(lease, { first: 0, starts: [0, 100, 200], complete });
      const done = async () => (await stage.jobs.read(stage.id))?.subjectsDone;
      expect(await done()).toBe(1);
      for (const [shard, pass, subjects] of [
        [0, 0, 1],
        [2, 2, 6],
        [1, 0, 9],
      ] as const) {
        const taken = await stage.take(`shard-${shard}`);
        const last = emptyCut({ cuts: 0, offset: shard * 100 });
        await stage.jobs.commitShard(taken, last, pass);
        await stage.jobs.commitShard(taken, last, pass);
        expect(await done()).toBe(subjects);
      }
    });

    test('that counts no passes counts no subjects', async () => {
      await stage.plan(1);
      await stage.jobs.commitShard(await stage.take('shard-0'), emptyCut({ cuts: 0, offset: 0 }), 0);
      expect((await stage.jobs.read(stage.id))?.subjectsDone).toBeUndefined();
    });

    test('that is done is not made again', async () => {
      await stage.plan(2, 1);
      expect(await stage.claim('plan')).toEqual({ kind: 'done' });
    });

    test('is made by its owner only', async () => {
      await stage.accept();
      const lease = await stage.take('plan');
      const slice = { first: 0, starts: [0], complete: { stages: [1], bytesTotal: 1 } };
      expect(await stage.jobs.planSlice({ ...lease, nonce: 'another' }, slice)).toEqual({ kind: 'fenced' });
      await stage.jobs.release(lease, { kind: 'handback' });
      expect(await stage.jobs.planSlice(lease, slice)).toEqual({ kind: 'fenced' });
    });

    test('is made anew by the owner after one that died half-way', async () => {
      await stage.accept();
      const dying = await stage.take('plan', { leaseMs: 10 });
      await stage.jobs.planSlice(dying, { first: 0, starts: [0, 1, 2] });
      await store.elapse(10);
      const lease = await stage.take('plan');
      await stage.jobs.planSlice(lease, { first: 0, starts: [0, 50] });
      const complete = { stages: [3], bytesTotal: 9 };
      expect(await stage.jobs.planSlice(dying, { first: 3, starts: [], complete })).toEqual({
        kind: 'fenced',
      });
      expect(await stage.jobs.planSlice(lease, { first: 2, starts: [70], complete })).toMatchObject({
        kind: 'planned',
      });
      expect(await stage.claim('shard-1')).toMatchObject({ checkpoint: { cuts: 0, offset: 50 } });
    });

    test('that leaves a gap, or counts other shards than it has, is refused', async () => {
      await stage.accept();
      const lease = await stage.take('plan');
      await expect(stage.jobs.planSlice(lease, { first: 1, starts: [0] })).rejects.toThrow(/does not fit/);
      const miscounted = { first: 0, starts: [0, 1], complete: { stages: [1], bytesTotal: 1 } };
      await expect(stage.jobs.planSlice(lease, miscounted)).rejects.toThrow(/does not fit/);
    });

    test('has slices of at most 1,000 shards, under its own lease', async () => {
      await stage.plan(1);
      const shard = await stage.take('shard-0');
      await expect(stage.jobs.planSlice(shard, { first: 0, starts: [0] })).rejects.toThrow(/lease of "plan"/);
      const plan = { ...shard, step: 'plan' } as const;
      const starts = Array.from({ length: 1_001 }, (_, n) => n);
      await expect(stage.jobs.planSlice(plan, { first: 0, starts })).rejects.toThrow(/at most 1000/);
    });

    test('without shards opens finalize', async () => {
      await stage.accept();
      expect(await stage.claim('finalize')).toEqual({ kind: 'early' });
      const lease = await stage.take('plan');
      const empty = { first: 0, starts: [], complete: { stages: [], bytesTotal: 0 } };
      expect(await stage.jobs.planSlice(lease, empty)).toEqual({ kind: 'planned' });
      expect(await stage.claim('finalize')).toMatchObject({ kind: 'claimed', attempt: 1 });
    });

    test('of several thousand shards is complete at once', async () => {
      await stage.accept();
      const lease = await stage.take('plan');
      for (const first of [0, 1_000, 2_000]) {
        const starts = Array.from({ length: 1_000 }, (_, n) => first + n);
        await stage.jobs.planSlice(lease, { first, starts });
      }
      const complete = { stages: [3_000, 1], bytesTotal: 3_001 };
      const planned = await stage.jobs.planSlice(lease, { first: 3_000, starts: [3_000], complete });
      expect(planned).toEqual({ kind: 'planned' });
      expect(await stage.claim('shard-2999')).toMatchObject({ checkpoint: { offset: 2_999 } });
      expect(await stage.claim('shard-3000')).toEqual({ kind: 'early' });
    });

    test('does not hold a step that it did not count', async () => {
      await stage.plan(2);
      expect(await stage.claim('shard-2')).toEqual({ kind: 'gone' });
    });
  });

  describe('the stages', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
    });
    afterEach(() => store.close());

    test('open one after the other, finalize last, each when the last shard before it is done', async () => {
      await stage.plan(2, 0, 1);
      const order: unknown[] = [];
      for (const step of ['shard-1', 'shard-0', 'shard-2'] as const) {
        expect(await stage.claim('finalize')).toEqual({ kind: 'early' });
        await stage.finish(step);
        order.push(await stage.claim(step));
      }
      expect(order).toEqual([{ kind: 'done' }, { kind: 'done' }, { kind: 'done' }]);
      expect(await stage.claim('finalize')).toMatchObject({ kind: 'claimed' });
      expect(await stage.jobs.read(stage.id)).toMatchObject({ shardsTotal: 3, shardsDone: 3 });
    });

    test('keep the shards of a later one from being claimed', async () => {
      await stage.plan(1, 1);
      expect(await stage.claim('shard-1')).toEqual({ kind: 'early' });
      await stage.finish('shard-0');
      expect(await stage.claim('shard-1')).toMatchObject({ kind: 'claimed' });
    });

    test('open once when all shards of one are done at the same time', async () => {
      await stage.plan(8, 1);
      const shards = Array.from({ length: 8 }, (_, n) => `shard-${n}` as const);
      const leases = await Promise.all(shards.map((step) => stage.take(step)));
      await Promise.all(
        leases.map((lease, n) => stage.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: n * 100 }))),
      );
      expect(await stage.claim('shard-8')).toMatchObject({ kind: 'claimed' });
      expect(await stage.claim('finalize')).toEqual({ kind: 'early' });
    });
  });
}
