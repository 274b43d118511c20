import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LONG_MS, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

export function kickOffStories(make: MakeStore): void {
  describe('kick-off', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
    });
    afterEach(() => store.close());

    const named = () => ({ id: stage.id, tenant: 'default', client: 'anonymous' });

    test('an export that is created is preparing and counts from nothing', async () => {
      const created = await stage.jobs.create(named());
      expect(created).toMatchObject({ kind: 'created', at: expect.any(Number) });
      expect(await stage.jobs.read(stage.id)).toEqual({
        ...named(),
        state: 'preparing',
        acceptedAt: created.kind === 'created' ? created.at : undefined,
        shardsDone: 0,
        bytesTotal: 0,
        bytesRead: 0,
        rowsWritten: 0,
        bytesWritten: 0,
        skippedLines: 0,
      });
    });

    test('an export of Bulk Data is known as one, also after it was lost', async () => {
      await stage.jobs.create({ ...named(), isBulk: true });
      await stage.jobs.activate(stage.id);
      const lost = { ...named(), isBulk: true, acceptedAt: 1000 };
      await stage.jobs.restore({ ...lost, id: 'lost', state: 'accepted' });
      await stage.jobs.restore({ ...lost, id: 'over', state: 'completed', endedAt: 2, expiresAt: 1e15 });
      const owner = { tenant: 'default', client: 'anonymous' };
      const { exports } = await stage.jobs.ownExports(owner, undefined, 10);
      expect(exports.map(({ isBulk }) => isBulk)).toEqual([true, true, true]);
    });

    test('an id is used once', async () => {
      await stage.accept();
      expect(await stage.jobs.create(named())).toEqual({ kind: 'exists' });
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'accepted' });
    });

    test('one of many that create the same export makes it', async () => {
      const created = await Promise.all(Array.from({ length: 10 }, () => stage.jobs.create(named())));
      expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    });

    test('an export that was lost while it ran is put back with its accepted time, and runs from its plan', async () => {
      const lost = { ...named(), state: 'accepted', acceptedAt: 1_700_000_000_000 } as const;
      expect(await stage.jobs.restore(lost)).toBe('restored');
      const { acceptedAt, progressAt = 0 } = (await stage.jobs.read(stage.id)) ?? {};
      expect(acceptedAt).toBe(lost.acceptedAt);
      expect(progressAt).toBeGreaterThan(lost.acceptedAt);
      expect(await stage.jobs.dispatch(1)).toEqual([{ exportId: stage.id, step: 'plan', round: 0 }]);
      expect(await stage.claim('plan')).toMatchObject({ kind: 'claimed' });
    });

    test('an export that was lost after its end is put back as it ended', async () => {
      const failure = { status: 422, code: 'invalid', diagnostics: 'line 2' };
      const times = { acceptedAt: 1000, startedAt: 2000, endedAt: 3000, expiresAt: 4000 };
      expect(await stage.jobs.restore({ ...named(), ...times, state: 'failed', failure })).toBe('restored');
      expect(await stage.jobs.read(stage.id)).toMatchObject({ ...times, state: 'failed', failure });
      expect(await stage.claim('plan')).toMatchObject({ kind: 'closed', state: 'failed' });
      expect(await stage.jobs.settle(stage.id, { outcome: 'completed', endedAt: 5, expiresAt: 6 })).toBe(
        'refused',
      );
      expect(await stage.jobs.expire(stage.id)).toBe(true);
    });

    test('an export that is there is not put back', async () => {
      await stage.accept();
      const lost = { ...named(), state: 'accepted', acceptedAt: 1000 } as const;
      expect(await stage.jobs.restore(lost)).toBe('exists');
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'accepted' });
    });

    test('an export that is not known is undefined, refused and gone', async () => {
      expect(await stage.jobs.read(stage.id)).toBeUndefined();
      expect(await stage.jobs.activate(stage.id)).toBe('refused');
      expect(await stage.claim('plan')).toEqual({ kind: 'gone' });
    });

    test('activating it twice is as activating it once', async () => {
      await stage.jobs.create(named());
      expect(await stage.jobs.activate(stage.id)).toBe('activated');
      expect(await stage.jobs.activate(stage.id)).toBe('activated');
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'accepted' });
    });

    test('it cannot be activated once work has begun', async () => {
      await stage.accept();
      await stage.take('plan');
      expect(await stage.jobs.activate(stage.id)).toBe('refused');
    });

    test('nothing of it can be claimed before it is activated', async () => {
      await stage.jobs.create(named());
      expect(await stage.claim('plan')).toEqual({ kind: 'early' });
      expect(await stage.claim('shard-0')).toEqual({ kind: 'early' });
    });

    test('a kick-off that failed leaves nothing', async () => {
      await stage.jobs.create(named());
      await stage.jobs.discard(stage.id);
      expect(await stage.jobs.read(stage.id)).toBeUndefined();
      expect(await stage.jobs.create(named())).toMatchObject({ kind: 'created' });
    });

    test('an export that was accepted is not discarded', async () => {
      await stage.accept();
      await stage.jobs.discard(stage.id);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'accepted' });
    });

    test('claiming the plan starts it, once', async () => {
      await stage.accept();
      const lease = await stage.take('plan', { leaseMs: LONG_MS });
      const started = await stage.jobs.read(stage.id);
      expect(started).toMatchObject({ state: 'in-progress', startedAt: expect.any(Number) });
      await stage.jobs.release(lease, { kind: 'handback' });
      await store.elapse(2);
      await stage.take('plan');
      expect((await stage.jobs.read(stage.id))?.startedAt).toBe(started?.startedAt);
    });
  });
}
