import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setStage, type MakeStore, type StoreUnderTest } from './stage.js';

const OUTCOME = { endedAt: 1, outcome: 'completed' } as const;

export function retentionStories(make: MakeStore): void {
  describe('retention', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    /** An export that has ended, and is kept until then. */
    async function over(id: string, expiresAt: number): Promise<void> {
      const stage = await setStage(store.jobs, { id });
      await stage.accept();
      await store.jobs.decide(id, { outcome: 'cancelled', nonce: 'n' });
      await store.jobs.settle(id, { ...OUTCOME, expiresAt });
    }
    const expired = async (until: number, max = 10, skip = 0): Promise<string[]> =>
      (await store.jobs.expired(until, max, skip)).map(({ id }) => id);

    test('lists exports whose retention ends by then, the earliest first, and by id at the same time', async () => {
      await over('d', 30);
      await over('c', 20);
      await over('b', 20);
      await over('a', 40);
      expect(await expired(19)).toEqual([]);
      expect(await expired(20)).toEqual(['b', 'c']);
      expect(await expired(40)).toEqual(['b', 'c', 'd', 'a']);
      expect(await expired(40, 2)).toEqual(['b', 'c']);
      expect(await expired(40, 2, 1)).toEqual(['c', 'd']);
    });

    test('lists exports that have ended, those that are kept longest first', async () => {
      await over('d', 30);
      await over('c', 20);
      await over('b', 20);
      await over('a', 40);
      await (await setStage(store.jobs, { id: 'runs' })).plan(1);
      const ended = async (max: number, skip: number): Promise<string[]> =>
        (await store.jobs.ended(max, skip)).map(({ id }) => id);
      expect(await ended(10, 0)).toEqual(['a', 'd', 'c', 'b']);
      expect(await ended(2, 0)).toEqual(['a', 'd']);
      expect(await ended(2, 3)).toEqual(['b']);
      expect(await ended(2, 4)).toEqual([]);
    });

    test('gives the whole record', async () => {
      await over('a', 20);
      expect(await store.jobs.expired(20, 1, 0)).toEqual([await store.jobs.read('a')]);
    });

    test('never lists an export that is not over', async () => {
      await (await setStage(store.jobs, { id: 'waits' })).accept();
      await (await setStage(store.jobs, { id: 'runs' })).plan(1);
      const deciding = await setStage(store.jobs, { id: 'deciding' });
      await deciding.accept();
      await store.jobs.decide('deciding', { outcome: 'cancelled', nonce: 'n' });
      expect(await expired(1e15)).toEqual([]);
    });

    test('ends when it is told to, and as often as it is', async () => {
      await over('a', 30);
      await over('b', 40);
      for (let times = 0; times < 2; times += 1) expect(await store.jobs.endRetention('b')).toBe('ended');
      expect(await expired(20)).toEqual(['b']);
      expect(await store.jobs.read('b')).toMatchObject({ state: 'completed', expiresAt: 0 });
      expect(await store.jobs.settle('b', { ...OUTCOME, expiresAt: 40 })).toBe('settled');
      expect(await expired(20)).toEqual(['b']);
      expect(await store.jobs.expire('b')).toBe(true);
      expect(await expired(40)).toEqual(['a']);
    });

    test('does not end of an export that is not over, or not there', async () => {
      await (await setStage(store.jobs, { id: 'runs' })).plan(1);
      expect(await store.jobs.endRetention('runs')).toBe('live');
      expect(await store.jobs.endRetention('none')).toBe('gone');
      expect((await store.jobs.read('runs'))?.expiresAt).toBeUndefined();
      expect(await expired(1e15)).toEqual([]);
    });

    test('lists an export that was put back, and none that has gone', async () => {
      const lost = { id: 'back', tenant: 't', client: 'c', acceptedAt: 1, endedAt: 2, expiresAt: 9 };
      await store.jobs.restore({ ...lost, state: 'completed' });
      expect(await expired(9)).toEqual(['back']);
      await store.jobs.expire('back');
      expect(await expired(9)).toEqual([]);
    });
  });
}
