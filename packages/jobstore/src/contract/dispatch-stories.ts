import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DispatchedStep } from '@millrace/export';
import { disk, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

/** `step` or, when it came back, `step#round`. */
export function named(steps: readonly DispatchedStep[]): string[] {
  return steps.map(({ step, round }) => (round === 0 ? step : `${step}#${round}`));
}

export function dispatchStories(make: MakeStore): void {
  describe('dispatch', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
    });
    afterEach(() => store.close());

    const next = async (max = 100) => named(await store.jobs.dispatch(max));
    const workers = (slots: number, forMs = 60_000) => store.jobs.registerWorker({ id: 'w1', slots, forMs });

    test('gives nothing while nothing is ready', async () => {
      expect(await store.jobs.dispatch(100)).toEqual([]);
      await store.jobs.create({ id: stage.id, tenant: 'default', client: 'anonymous' });
      expect(await store.jobs.dispatch(100)).toEqual([]);
    });

    test('gives the plan of an export that was activated, once', async () => {
      await stage.accept();
      await store.jobs.activate(stage.id);
      expect(await store.jobs.dispatch(100)).toEqual([{ exportId: stage.id, step: 'plan', round: 0 }]);
      expect(await store.jobs.dispatch(100)).toEqual([]);
    });

    test('gives the shards of a stage in order, when it opens, and finalize last', async () => {
      await workers(8);
      await stage.plan(2, 1);
      expect(await next()).toEqual(['shard-0', 'shard-1']);
      await stage.finish('shard-1');
      expect(await next()).toEqual([]);
      await stage.finish('shard-0');
      expect(await next()).toEqual(['shard-2']);
      await stage.finish('shard-2');
      expect(await next()).toEqual(['finalize']);
    });

    test('gives finalize at once when the plan has no shards', async () => {
      await stage.plan();
      expect(await next()).toEqual(['finalize']);
    });

    test('fills a window of twice the slots of all workers that are known', async () => {
      await stage.plan(30);
      await store.jobs.registerWorker({ id: 'w1', slots: 1, forMs: 60_000 });
      await store.jobs.registerWorker({ id: 'w2', slots: 2, forMs: 60_000 });
      expect(await next()).toHaveLength(6);
      await store.jobs.registerWorker({ id: 'w1', slots: 3, forMs: 60_000 });
      expect(await next()).toHaveLength(4);
      expect(await next()).toEqual([]);
    });

    test('fills a small window when no worker is known, or none any more', async () => {
      await stage.plan(30);
      expect(await next()).toHaveLength(4);
      await workers(3, 20);
      expect(await next()).toHaveLength(2);
      await store.elapse(20);
      for (const step of ['shard-0', 'shard-1', 'shard-2', 'shard-3'] as const) await stage.finish(step);
      expect(await next()).toHaveLength(2);
      await workers(9);
      await workers(0);
      expect(await next()).toEqual([]);
    });

    test('gives no more than it is asked for', async () => {
      await workers(8);
      await stage.plan(5);
      expect(await next(2)).toEqual(['shard-0', 'shard-1']);
      expect(await next(2)).toEqual(['shard-2', 'shard-3']);
    });

    test('keeps a place in the window for a step until it is done', async () => {
      await workers(1);
      await stage.plan(3);
      expect(await next()).toEqual(['shard-0', 'shard-1']);
      await stage.take('shard-1');
      expect(await next()).toEqual([]);
      await stage.finish('shard-0');
      expect(await next()).toEqual(['shard-2']);
    });

    test('gives a step that was handed back first, in its next round', async () => {
      await workers(3);
      await stage.plan(9);
      expect(await next(3)).toEqual(['shard-0', 'shard-1', 'shard-2']);
      const lease = await stage.take('shard-1');
      await stage.jobs.release(lease, { kind: 'handback' });
      await stage.jobs.release(lease, { kind: 'handback' });
      expect(await next(3)).toEqual(['shard-1#1', 'shard-3', 'shard-4']);
    });

    test('gives a step that failed not before its wait is over, and then first', async () => {
      await workers(1);
      await stage.plan(9);
      expect(await next()).toEqual(['shard-0', 'shard-1']);
      await stage.jobs.release(await stage.take('shard-0'), { kind: 'failed', failure: disk, retryMs: 40 });
      expect(await next()).toEqual(['shard-2']);
      await store.elapse(40);
      await stage.finish('shard-1');
      expect(await next()).toEqual(['shard-0#1']);
    });

    test('gives a step that failed and need not wait at once', async () => {
      await stage.plan(1);
      await next();
      await stage.jobs.release(await stage.take('shard-0'), { kind: 'failed', failure: disk });
      expect(await next()).toEqual(['shard-0#1']);
    });

    test('does not give a step that a worker has already taken', async () => {
      await stage.plan(2);
      await stage.take('shard-0');
      expect(await next()).toEqual(['shard-1']);
    });

    test('forgets an export that is decided, and gives its place to others', async () => {
      await workers(2);
      await stage.plan(9);
      await next();
      await stage.jobs.release(await stage.take('shard-0'), { kind: 'failed', failure: disk, retryMs: 5 });
      const other = await setStage(store.jobs);
      await other.plan(4);
      await store.jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await store.jobs.backlog()).toMatchObject({ queued: 4, window: 0 });
      await store.elapse(5);
      const given = await store.jobs.dispatch(100);
      expect(new Set(given.map(({ exportId }) => exportId))).toEqual(new Set([other.id]));
      expect(given).toHaveLength(4);
    });

    test('forgets an export that is settled without a decision', async () => {
      await stage.plan(3);
      await store.jobs.settle(stage.id, { outcome: 'completed', endedAt: 1, expiresAt: 2 });
      expect(await store.jobs.dispatch(100)).toEqual([]);
      expect(await store.jobs.backlog()).toEqual({ queued: 0, window: 0, oldestMs: 0 });
    });

    test('gives each of thousands of shards once, also to many that ask at the same time', async () => {
      await workers(2_000);
      await stage.plan(2_500);
      const given: string[] = [];
      for (;;) {
        const answers = await Promise.all(Array.from({ length: 5 }, () => store.jobs.dispatch(90)));
        const steps = answers.flat().map(({ step }) => step);
        if (steps.length === 0) break;
        for (const step of steps) given.push(step);
      }
      expect(given).toHaveLength(2_500);
      expect(new Set(given).size).toBe(2_500);
    });

    test('tells how much waits, and for how long', async () => {
      await stage.plan(6);
      await store.elapse(15);
      expect(await store.jobs.backlog()).toMatchObject({ queued: 6, window: 0 });
      await next(3);
      // A dispatched step counts as queued until a worker claims it.
      expect(await store.jobs.backlog()).toMatchObject({ queued: 6, window: 3 });
      const lease = await stage.take('shard-0');
      expect(await store.jobs.backlog()).toMatchObject({ queued: 5, window: 3 });
      expect((await store.jobs.backlog()).oldestMs).toBeGreaterThanOrEqual(15);
      await stage.jobs.release(lease, { kind: 'handback' });
      expect(await store.jobs.backlog()).toMatchObject({ queued: 6, window: 2 });
    });
  });
}
