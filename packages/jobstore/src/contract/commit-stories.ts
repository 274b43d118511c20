import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cut, emptyCut, part, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

export function commitStories(make: MakeStore): void {
  describe('commits', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
      await stage.plan(2);
    });
    afterEach(() => store.close());

    const progress = async () => {
      const record = await stage.jobs.read(stage.id);
      return record && [record.bytesRead, record.rowsWritten, record.bytesWritten, record.skippedLines];
    };

    test('a cut records its parts, its progress and the offset to go on from', async () => {
      const lease = await stage.take('shard-0', { leaseMs: 10 });
      const first = { ...cut(0, 0, 40), parts: [part('a'), part('b')] };
      expect(await stage.jobs.commitPart(lease, first)).toMatchObject({ kind: 'committed' });
      const second = { kind: 'committed', rowsWritten: 30, bytesWritten: 750, filesWritten: 3 };
      expect(await stage.jobs.commitPart(lease, cut(1, 40, 90))).toEqual(second);
      expect(await stage.jobs.commitPart(lease, cut(1, 40, 90))).toEqual(second);
      expect(await progress()).toEqual([90, 30, 750, 2]);
      const parts = await stage.jobs.parts(stage.id, ['shard-1', 'shard-0']);
      expect(parts).toEqual([[], [part('a'), part('b'), part('1.csv')]]);
      await store.elapse(10);
      expect(await stage.claim('shard-0')).toMatchObject({ checkpoint: { cuts: 2, offset: 90 } });
    });

    test('the export counts its files, once each, and knows whose was the last', async () => {
      expect(await stage.jobs.read(stage.id)).not.toHaveProperty('filesWritten');
      const lease = await stage.take('shard-0');
      const first = { ...cut(0, 0, 40), parts: [part('a'), { ...part('b'), subject: 3 }] };
      await stage.jobs.commitPart(lease, first);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ filesWritten: 2, latestSubject: 3 });
      await stage.jobs.commitPart(lease, first);
      await stage.jobs.commitPart(lease, { ...cut(1, 40, 90), parts: [] });
      expect(await stage.jobs.read(stage.id)).toMatchObject({ filesWritten: 2, latestSubject: 3 });
      await stage.jobs.commitShard(lease, cut(2, 90, 100));
      expect(await stage.jobs.read(stage.id)).toMatchObject({ filesWritten: 3, latestSubject: 0 });
    });

    test('parts that take the place of others are counted once, as often as the cut is repeated', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, { ...cut(0, 0, 40), parts: [part('a'), part('b')] });
      const { rows, bytes } = part('a');
      const joined = {
        ...emptyCut({ cuts: 1, offset: 40 }),
        to: 42,
        parts: [{ ...part('ab'), rows: 2 * rows, bytes: 2 * bytes - 7 }],
        replaced: { rows: 2 * rows, bytes: 2 * bytes, files: 2 },
      };
      const totals = {
        kind: 'committed',
        rowsWritten: 2 * rows,
        bytesWritten: 2 * bytes - 7,
        filesWritten: 1,
      };
      expect(await stage.jobs.commitPart(lease, joined)).toEqual(totals);
      expect(await stage.jobs.commitPart(lease, joined)).toEqual(totals);
      expect(await stage.jobs.read(stage.id)).toMatchObject({
        rowsWritten: 2 * rows,
        bytesWritten: 2 * bytes - 7,
        filesWritten: 1,
      });
    });

    test('cuts of a step add up their counts, and keep the place of the first finding', async () => {
      const lease = await stage.take('shard-0');
      const nothing = { ...cut(0, 0, 40), tally: { skippedLines: 0, otherTypes: {} } };
      await stage.jobs.commitPart(lease, nothing);
      const tally = {
        skippedLines: 2,
        firstSkipped: 51,
        otherTypes: { Bundle: 1, '': 4 },
        undated: { count: 2, first: 60 },
      };
      await stage.jobs.commitPart(lease, { ...cut(1, 40, 90), tally });
      const last = {
        skippedLines: 1,
        firstSkipped: 93,
        otherTypes: { Bundle: 2, Group: 3 },
        undated: { count: 1, first: 95 },
      };
      await stage.jobs.commitShard(lease, { ...cut(2, 90, 100), tally: last });
      await stage.jobs.commitShard(lease, { ...cut(2, 90, 100), tally: last });
      expect(await stage.jobs.tallies(stage.id, ['shard-1', 'shard-0'])).toEqual([
        { skippedLines: 0, otherTypes: {} },
        {
          skippedLines: 3,
          firstSkipped: 51,
          otherTypes: { Bundle: 3, '': 4, Group: 3 },
          undated: { count: 3, first: 60 },
        },
      ]);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ skippedLines: 3 });
    });

    test('parts are told of all steps, also of more cuts than one answer holds', async () => {
      const many = 1_001;
      const long = await stage.take('shard-0');
      for (let at = 0; at < many; at += 1)
        await stage.jobs.commitPart(long, { ...cut(at, at, at + 1), parts: [] });
      await stage.jobs.commitPart(long, { ...cut(many, many, many + 1), parts: [part('last')] });
      await stage.jobs.commitPart(await stage.take('shard-1'), {
        ...cut(0, 100, 140),
        parts: [part('other')],
      });
      const parts = await stage.jobs.parts(stage.id, ['shard-0', 'shard-1', 'plan']);
      expect(parts).toEqual([[part('last')], [part('other')], []]);
    });

    test('the parts of steps that are done are told up to the first that is not', async () => {
      const steps = ['shard-0', 'shard-1'] as const;
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 40));
      await stage.finish('shard-1');
      expect(await stage.jobs.doneParts(stage.id, steps)).toEqual([]);
      await stage.jobs.commitShard(lease, cut(1, 40, 100));
      expect(await stage.jobs.doneParts(stage.id, steps)).toEqual([
        [part('0.csv'), part('1.csv')],
        [expect.objectContaining({ rows: 10 })],
      ]);
      expect(await stage.jobs.doneParts(stage.id, [...steps, 'finalize'])).toHaveLength(2);
      expect(await stage.jobs.doneParts('b'.repeat(32), steps)).toEqual([]);
    });

    test('finalize records the empty files that it adds, and its plan step none', async () => {
      for (const step of ['shard-0', 'shard-1'] as const) {
        const claimed = await stage.claim(step);
        if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
        await stage.jobs.commitShard(claimed.lease, emptyCut(claimed.checkpoint));
      }
      const lease = await stage.take('finalize');
      const empty = { ...cut(0, 0, 0), parts: [part('empty')] };
      expect(await stage.jobs.commitPart(lease, empty)).toMatchObject({ kind: 'committed' });
      expect(await stage.jobs.parts(stage.id, ['finalize'])).toEqual([[part('empty')]]);
      await expect(stage.jobs.commitPart({ ...lease, step: 'plan' }, empty)).rejects.toThrow('no parts');
    });

    test('a cut that is repeated by its owner counts once', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 40));
      expect(await stage.jobs.commitPart(lease, cut(0, 0, 40))).toMatchObject({ kind: 'committed' });
      expect(await progress()).toEqual([40, 10, 250, 1]);
      expect(await stage.jobs.parts(stage.id, ['shard-0'])).toEqual([[part('0.csv')]]);
    });

    test('a cut without parts moves the offset', async () => {
      const lease = await stage.take('shard-0');
      expect(await stage.jobs.commitPart(lease, { ...cut(0, 0, 40), parts: [] })).toMatchObject({
        kind: 'committed',
      });
      expect(await stage.jobs.parts(stage.id, ['shard-0'])).toEqual([[]]);
    });

    test('a cut that does not continue the stored state is refused with that state', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 40));
      const gap = { kind: 'gap', checkpoint: { cuts: 1, offset: 40 } };
      for (const wrong of [cut(0, 0, 50), cut(1, 0, 40), cut(1, 50, 60), cut(2, 40, 60), cut(0, 40, 60)]) {
        expect(await stage.jobs.commitPart(lease, wrong)).toEqual(gap);
      }
      expect(await progress()).toEqual([40, 10, 250, 1]);
    });

    test('the next owner does not take the cut of the one before for its own', async () => {
      const before = await stage.take('shard-0', { leaseMs: 10 });
      await stage.jobs.commitPart(before, cut(0, 0, 40));
      await store.elapse(10);
      const lease = await stage.take('shard-0');
      expect(await stage.jobs.commitPart(lease, cut(0, 0, 40))).toMatchObject({ kind: 'gap' });
    });

    test('one of two cuts of the same lease at the same time holds', async () => {
      const lease = await stage.take('shard-0');
      const results = await Promise.all([
        stage.jobs.commitPart(lease, cut(0, 0, 40, 'a')),
        stage.jobs.commitPart(lease, cut(0, 0, 60, 'b')),
      ]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'gap']);
      expect(await stage.jobs.parts(stage.id, ['shard-0'])).toEqual([
        [expect.objectContaining({ rows: 10 })],
      ]);
    });

    test('a cut cannot go back', async () => {
      const lease = await stage.take('shard-0');
      await expect(stage.jobs.commitPart(lease, cut(0, 0, -1))).rejects.toThrow(/goes back/);
    });

    test('a shard is done together with its last cut', async () => {
      await stage.finish('shard-1');
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 40));
      const all = { kind: 'committed', rowsWritten: 30, bytesWritten: 750, filesWritten: 3 };
      expect(await stage.jobs.commitShard(lease, cut(1, 40, 100))).toEqual(all);
      expect(await progress()).toEqual([200, 30, 750, 3]);
      expect(await stage.jobs.parts(stage.id, ['shard-0'])).toEqual([[part('0.csv'), part('1.csv')]]);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ shardsDone: 2 });
    });

    test('a last cut that does not continue the stored state leaves the shard as it is', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 40));
      const gap = { kind: 'gap', checkpoint: { cuts: 1, offset: 40 } };
      for (const wrong of [cut(0, 0, 100), cut(1, 50, 100), cut(2, 40, 100)]) {
        expect(await stage.jobs.commitShard(lease, wrong)).toEqual(gap);
      }
      expect(await progress()).toEqual([40, 10, 250, 1]);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ shardsDone: 0 });
    });

    test('a shard whose cuts are all there is done with an empty one', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 100));
      const end = emptyCut({ cuts: 1, offset: 100 });
      expect(await stage.jobs.commitShard(lease, end)).toMatchObject({ kind: 'committed' });
      expect(await progress()).toEqual([100, 10, 250, 1]);
      expect(await stage.jobs.parts(stage.id, ['shard-0'])).toEqual([[part('0.csv')]]);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ shardsDone: 1 });
    });

    test('a last cut that was recorded as any other before counts once', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.commitPart(lease, cut(0, 0, 100));
      expect(await stage.jobs.commitShard(lease, cut(0, 0, 100))).toMatchObject({ kind: 'committed' });
      expect(await progress()).toEqual([100, 10, 250, 1]);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ shardsDone: 1 });
    });

    test('a shard that is committed twice by its owner is done once', async () => {
      await stage.finish('shard-1');
      const lease = await stage.finish('shard-0');
      expect(await stage.jobs.commitShard(lease, cut(0, 0, 100))).toMatchObject({ kind: 'committed' });
      expect(await progress()).toEqual([200, 20, 500, 2]);
      const gap = { kind: 'gap', checkpoint: { cuts: 1, offset: 100 } };
      expect(await stage.jobs.commitShard(lease, cut(1, 100, 120))).toEqual(gap);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ shardsDone: 2 });
    });

    test('a shard that is done cannot be cut, given back or kept', async () => {
      const lease = await stage.finish('shard-0');
      expect(await stage.jobs.commitPart(lease, cut(1, 100, 120))).toEqual({ kind: 'fenced' });
      expect(await stage.jobs.release(lease, { kind: 'handback' })).toEqual({ kind: 'fenced' });
      expect(await stage.jobs.heartbeat(lease, 1_000)).toEqual({ kind: 'fenced' });
      expect(await stage.claim('shard-0')).toEqual({ kind: 'done' });
    });

    test('a step that was given back cannot be committed', async () => {
      const lease = await stage.take('shard-0');
      await stage.jobs.release(lease, { kind: 'handback' });
      expect(await stage.jobs.commitPart(lease, cut(0, 0, 40))).toEqual({ kind: 'fenced' });
      expect(await stage.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 0 }))).toEqual({
        kind: 'fenced',
      });
    });

    test('only shards are committed', async () => {
      const lease = { ...(await stage.take('shard-0')), step: 'finalize' } as const;
      await expect(stage.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 0 }))).rejects.toThrow(
        /finalize/,
      );
    });
  });
}
