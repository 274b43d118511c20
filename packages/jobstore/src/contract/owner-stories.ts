import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setStage, type MakeStore, type StoreUnderTest } from './stage.js';

const OWNER = { tenant: 'default', client: 'anonymous' };

export function ownerStories(make: MakeStore): void {
  describe('the exports of an owner', () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    const owned = async (owner = OWNER): Promise<string[]> =>
      (await store.jobs.ownExports(owner, undefined, 100)).exports.map(({ id }) => id);

    test('are whole records, the latest first, a page at a time, also those of one moment', async () => {
      for (const id of ['c', 'a', 'b', 'e', 'd']) {
        await (await setStage(store.jobs, { id })).accept();
        if (id === 'b') await store.elapse(5);
      }
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await store.jobs.ownExports(OWNER, after, 2);
        for (const record of page.exports) expect(record).toEqual(await store.jobs.read(record.id));
        pages.push(page.exports.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(pages.flat().slice(0, 2).sort()).toEqual(['d', 'e']);
      expect(pages.flat().slice(2).sort()).toEqual(['a', 'b', 'c']);
      expect(pages.reduce((most, { length }) => Math.max(most, length), 0)).toBe(2);
    });

    test('stay after their end until they expire, and go with a kick-off that failed', async () => {
      for (const id of ['over', 'gone']) {
        await (await setStage(store.jobs, { id })).accept();
        await store.jobs.settle(id, { outcome: 'completed', endedAt: 1, expiresAt: 1e15 });
      }
      await store.jobs.create({ ...OWNER, id: 'failed' });
      await store.jobs.discard('failed');
      await store.jobs.expire('gone');
      expect(await owned()).toEqual(['over']);
    });

    test('are of nobody else', async () => {
      await (await setStage(store.jobs, { id: 'mine' })).accept();
      for (const other of [
        { ...OWNER, client: 'other' },
        { ...OWNER, tenant: 'other' },
        { tenant: 'default:anonymous', client: '' },
      ]) {
        expect(await owned(other)).toEqual([]);
      }
      expect(await owned()).toEqual(['mine']);
    });

    test('come back with those that were lost, at their old place', async () => {
      await (await setStage(store.jobs, { id: 'new' })).accept();
      await store.jobs.restore({ ...OWNER, id: 'old', state: 'accepted', acceptedAt: 1000 });
      expect(await owned()).toEqual(['new', 'old']);
    });
  });
}
