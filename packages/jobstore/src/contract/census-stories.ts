import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cut, disk, emptyCut, setStage, type MakeStore, type StoreUnderTest } from './stage.js';

export function censusStories(make: MakeStore): void {
  describe('the census of live exports', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    test('lists whole records in the order of acceptance, a page at a time, also those of one moment', async () => {
      for (const id of ['c', 'a', 'b', 'e', 'd']) {
        await (await setStage(store.jobs, { id })).accept();
        if (id === 'b') await store.elapse(5);
      }
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await store.jobs.liveExports(after, 2);
        for (const record of page.exports) expect(record).toEqual(await store.jobs.read(record.id));
        pages.push(page.exports.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(pages.flat().slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
      expect(pages.flat().slice(3).sort()).toEqual(['d', 'e']);
      expect(pages.reduce((most, { length }) => Math.max(most, length), 0)).toBe(2);
    });

    test('lists exports that are prepared, run or are being decided, and none that has ended', async () => {
      await store.jobs.create({ id: 'prepared', tenant: 't', client: 'c' });
      await (await setStage(store.jobs, { id: 'runs' })).plan(1);
      for (const id of ['deciding', 'over']) {
        await (await setStage(store.jobs, { id })).accept();
        await store.jobs.decide(id, { outcome: 'cancelled', nonce: 'n' });
      }
      await store.jobs.settle('over', { outcome: 'cancelled', endedAt: 1, expiresAt: 2 });
      const { exports } = await store.jobs.liveExports(undefined, 10);
      expect(await store.jobs.exportCounts()).toEqual({ live: 3, ended: 1 });
      expect(exports.map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
        'deciding deciding',
        'prepared preparing',
        'runs in-progress',
      ]);
    });
  });

  describe('the totals of exports', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    const none = { completed: 0, failed: 0, cancelled: 0, unknown: 0 };

    test('count an export from its acceptance to its end, and its end once, by outcome', async () => {
      const { jobs } = store;
      expect(await jobs.exportTotals()).toEqual({ started: 0, ended: none, running: 0 });
      await jobs.create({ id: 'undone', tenant: 't', client: 'c' });
      expect(await jobs.exportTotals()).toEqual({ started: 0, ended: none, running: 0 });
      await jobs.discard('undone');
      await (await setStage(jobs, { id: 'runs' })).plan(1);
      for (const outcome of ['completed', 'failed', 'cancelled', 'cancelled'] as const) {
        const { id, accept } = await setStage(jobs);
        await accept();
        await jobs.activate(id);
        await jobs.settle(id, { outcome, endedAt: 1, expiresAt: 2 });
        await jobs.settle(id, { outcome, endedAt: 1, expiresAt: 2 });
        await jobs.settle(id, { outcome: 'completed', endedAt: 1, expiresAt: 2 });
        await jobs.expire(id);
      }
      expect(await jobs.exportTotals()).toEqual({
        started: 5,
        ended: { completed: 1, failed: 1, cancelled: 2, unknown: 0 },
        running: 1,
      });
    });

    test('count an export that is being decided as running', async () => {
      const stage = await setStage(store.jobs);
      await stage.accept();
      await store.jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await store.jobs.exportTotals()).toEqual({ started: 1, ended: none, running: 1 });
    });

    test('count an export that runs again after a loss as started, and none that has ended before it', async () => {
      const lost = { tenant: 't', client: 'c', acceptedAt: 1 };
      await store.jobs.restore({ ...lost, id: 'runs', state: 'accepted' });
      await store.jobs.restore({ ...lost, id: 'over', state: 'completed', endedAt: 2, expiresAt: 3 });
      expect(await store.jobs.exportTotals()).toEqual({ started: 1, ended: none, running: 1 });
    });
  });

  describe('the census of workers', () => {
    test('lists those that count, with their slots, and none that left or was not heard of', async () => {
      const { jobs, elapse, close } = await make();
      await jobs.registerWorker({ id: 'short', slots: 1, forMs: 1 });
      await jobs.registerWorker({ id: 'b', slots: 2, forMs: 600_000 });
      await jobs.registerWorker({ id: 'a', slots: 4, forMs: 600_000 });
      await jobs.registerWorker({ id: 'left', slots: 4, forMs: 600_000 });
      await jobs.registerWorker({ id: 'left', slots: 0, forMs: 600_000 });
      await elapse(1_001);
      expect((await jobs.knownWorkers()).map(({ id, slots }) => `${id} ${slots}`)).toEqual(['a 4', 'b 2']);
      await close();
    });
  });

  describe('progress', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    const progress = async (id: string): Promise<number> => (await store.jobs.read(id))?.progressAt ?? 0;

    test('is made by acceptance, start, plan, cut and shard, and by nothing else', async () => {
      const stage = await setStage(store.jobs);
      const times: number[] = [];
      const note = async () => {
        times.push(await progress(stage.id));
        await store.elapse(2);
      };
      await stage.accept();
      await note();
      const plan = await stage.take('plan');
      await note();
      await store.jobs.planSlice(plan, { first: 0, starts: [0], complete: { stages: [1], bytesTotal: 100 } });
      await note();
      const lease = await stage.take('shard-0');
      await store.jobs.heartbeat(lease, 60_000);
      expect(await progress(stage.id)).toBe(times.at(-1));
      await store.jobs.commitPart(lease, cut(0, 0, 100));
      await note();
      await store.jobs.commitShard(lease, emptyCut({ cuts: 1, offset: 100 }));
      await note();
      expect(new Set(times).size).toBe(5);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    });

    test('keeps an export from being failed for having made none', async () => {
      const stage = await setStage(store.jobs);
      await stage.plan(1);
      const seen = await progress(stage.id);
      const stalled = { outcome: 'failed', failure: disk, nonce: 'n', idleSince: seen } as const;
      await store.elapse(2);
      await stage.finish('shard-0');
      expect(await store.jobs.decide(stage.id, stalled)).toEqual({ kind: 'fenced' });
      expect(await store.jobs.read(stage.id)).toMatchObject({ state: 'in-progress' });
      const idleSince = await progress(stage.id);
      expect(await store.jobs.decide(stage.id, { ...stalled, idleSince })).toMatchObject({
        kind: 'deciding',
      });
    });
  });
}
