import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { KeyHolder, NewExport } from '@millrace/export';
import { setStage, type MakeStore, type StoreUnderTest } from './stage.js';

const OWNER = { tenant: 'default', client: 'anonymous' };

export function idempotencyStories(make: MakeStore): void {
  describe('an idempotency key', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
      await store.jobs.trustKeys(await store.jobs.serverRun());
    });
    afterEach(() => store.close());

    const keyed = (more: Partial<NewExport> = {}): NewExport => ({
      ...OWNER,
      id: randomUUID(),
      idempotency: { key: 'k', request: 'r' },
      ...more,
    });
    const end = (id: string, outcome: 'completed' | 'failed' | 'cancelled', expiresAt = 1e15) =>
      store.jobs.settle(id, { outcome, endedAt: 1, expiresAt });

    test('belongs to the first of many exports that are created with it', async () => {
      const created = await Promise.all(Array.from({ length: 10 }, () => store.jobs.create(keyed())));
      expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1);
      expect(created.filter(({ kind }) => kind === 'held')).toHaveLength(9);
    });

    test('tells its export, the request and whether clients were told', async () => {
      const first = keyed();
      await store.jobs.create(first);
      const holder = { id: first.id, request: 'r', isPreparing: true, ageMs: expect.any(Number) };
      expect(await store.jobs.create(keyed({ idempotency: { key: 'k', request: 'other' } }))).toEqual({
        kind: 'held',
        holder,
      });
      expect(await store.jobs.holderOf(OWNER, 'k')).toEqual(holder);
      await store.jobs.activate(first.id);
      await store.elapse(2);
      const later = await store.jobs.holderOf(OWNER, 'k');
      expect(later).toMatchObject({ id: first.id, isPreparing: false });
      expect(later).toHaveProperty('ageMs', expect.any(Number));
      expect((later as KeyHolder).ageMs).toBeGreaterThan(0);
    });

    test('that is held creates nothing', async () => {
      await store.jobs.create(keyed());
      const second = keyed();
      await store.jobs.create(second);
      expect(await store.jobs.read(second.id)).toBeUndefined();
    });

    test.each([
      ['another key', { idempotency: { key: 'k2', request: 'r' } }],
      ['another client', { client: 'other' }],
      ['another tenant', { tenant: 'other' }],
    ])('is no matter of %s', async (_, more) => {
      await store.jobs.create(keyed());
      expect(await store.jobs.create(keyed(more))).toMatchObject({ kind: 'created' });
    });

    test('is not shared by owners whose names run into each other', async () => {
      await store.jobs.create(keyed({ tenant: 'a:b', client: 'c' }));
      expect(await store.jobs.holderOf({ tenant: 'a', client: 'b:c' }, 'k')).toBeUndefined();
    });

    test('is held by an export that runs, is being decided, has completed or has failed', async () => {
      const running = await setStage(store.jobs, { id: 'running' });
      await store.jobs.create(keyed({ id: running.id }));
      await store.jobs.activate(running.id);
      await running.take('plan');
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: running.id });
      await store.jobs.decide(running.id, { outcome: 'cancelled', nonce: 'n' });
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: running.id });
      await end(running.id, 'completed');
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: running.id, isPreparing: false });

      await store.jobs.create(keyed({ id: 'failed', idempotency: { key: 'f', request: 'r' } }));
      await store.jobs.activate('failed');
      await end('failed', 'failed');
      expect(await store.jobs.holderOf(OWNER, 'f')).toMatchObject({ id: 'failed' });
    });

    test.each<[string, (id: string) => Promise<unknown>]>([
      ['cancelled', (id) => end(id, 'cancelled')],
      ['expired', (id) => end(id, 'completed', 1)],
      [
        'withdrawn',
        async (id) => {
          await end(id, 'completed');
          await store.jobs.endRetention(id);
        },
      ],
      [
        'deleted',
        async (id) => {
          await end(id, 'failed');
          await store.jobs.expire(id);
        },
      ],
    ])('is free again once its export is %s', async (_, finish) => {
      const first = keyed();
      await store.jobs.create(first);
      await store.jobs.activate(first.id);
      await finish(first.id);
      expect(await store.jobs.holderOf(OWNER, 'k')).toBeUndefined();
      const second = keyed();
      expect(await store.jobs.create(second)).toMatchObject({ kind: 'created' });
      await store.jobs.expire(first.id);
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: second.id });
    });

    test('is free again after a kick-off that failed', async () => {
      const first = keyed();
      await store.jobs.create(first);
      await store.jobs.discard(first.id);
      expect(await store.jobs.create(keyed())).toMatchObject({ kind: 'created' });
    });

    test('comes back with an export that was lost', async () => {
      const running = { ...keyed(), state: 'accepted', acceptedAt: 1000 } as const;
      await store.jobs.restore(running);
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: running.id, request: 'r' });

      const over = { state: 'completed', acceptedAt: 1000, endedAt: 3000, expiresAt: 1e15 } as const;
      const ended = keyed({ idempotency: { key: 'k2', request: 'r2' } });
      await store.jobs.restore({ ...ended, ...over });
      expect(await store.jobs.holderOf(OWNER, 'k2')).toMatchObject({ id: ended.id, request: 'r2' });
    });

    test('stays with its export when an older one with the same key comes back', async () => {
      const newer = keyed();
      await store.jobs.create(newer);
      const older = { ...keyed(), state: 'accepted', acceptedAt: 1000 } as const;
      expect(await store.jobs.restore(older)).toBe('restored');
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: newer.id });
    });

    test('does not come back with an export that was cancelled', async () => {
      const over = { state: 'cancelled', acceptedAt: 1000, endedAt: 3000, expiresAt: 1e15 } as const;
      await store.jobs.restore({ ...keyed(), ...over });
      expect(await store.jobs.holderOf(OWNER, 'k')).toBeUndefined();
    });
  });

  describe('an idempotency key that nobody holds', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());
    const keyed = { ...OWNER, id: 'a', idempotency: { key: 'k', request: 'r' } };

    test('is not free until somebody has told that no export is lost, and makes no export', async () => {
      expect(await store.jobs.holderOf(OWNER, 'k')).toBe('unsure');
      expect(await store.jobs.create(keyed)).toEqual({ kind: 'unsure' });
      expect(await store.jobs.read('a')).toBeUndefined();
      expect(await store.jobs.trustKeys(await store.jobs.serverRun())).toBe('trusted');
      expect(await store.jobs.holderOf(OWNER, 'k')).toBeUndefined();
      expect(await store.jobs.create(keyed)).toMatchObject({ kind: 'created' });
    });

    test('keeps nobody waiting who sends none', async () => {
      expect(await store.jobs.create({ ...OWNER, id: 'a' })).toMatchObject({ kind: 'created' });
    });

    test('is not free because all exports were there in an earlier run of the server', async () => {
      expect(await store.jobs.trustKeys('an earlier run')).toBe('over');
      expect(await store.jobs.create(keyed)).toEqual({ kind: 'unsure' });
    });

    test('is told apart from one that an export holds, whatever else may be lost', async () => {
      await store.jobs.restore({ ...keyed, state: 'accepted', acceptedAt: 1000 });
      expect(await store.jobs.holderOf(OWNER, 'k')).toMatchObject({ id: 'a' });
      expect(await store.jobs.create({ ...keyed, id: 'b' })).toMatchObject({ kind: 'held' });
    });
  });
}
