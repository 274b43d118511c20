import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PollTerms } from '@millrace/export';
import { setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

const OWNER = { tenant: 'default', client: 'anonymous' };
/** Nothing comes back while a test runs. */
const FEW: PollTerms = { burst: 3, factor: 1, untoldMs: 1e9 };

export function pollStories(make: MakeStore): void {
  describe('a poll', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
    });
    afterEach(() => store.close());

    const poll = (terms = FEW, by = OWNER) => store.jobs.poll(stage.id, by, terms);
    const isTooOften = async (terms?: PollTerms) => (await poll(terms))?.isTooOften;

    test('reads the export as it is, or that there is none', async () => {
      expect(await poll()).toBeUndefined();
      await stage.plan(2);
      expect((await poll())?.record).toEqual(await store.jobs.read(stage.id));
    });

    test('is too often once the polls at once are used up, also for many at the same time', async () => {
      await stage.accept();
      const polled = await Promise.all(Array.from({ length: 10 }, () => poll()));
      expect(polled.filter((one) => one?.isTooOften === false)).toHaveLength(3);
      expect(await poll()).toMatchObject({ isTooOften: true, record: { id: stage.id } });
    });

    test('comes back after its share of the time that was told', async () => {
      await stage.accept();
      const terms = { burst: 1, factor: 10, untoldMs: 100 };
      expect(await isTooOften(terms)).toBe(false);
      await store.elapse(11);
      expect(await isTooOften(terms)).toBe(false);
      await store.jobs.tell(stage.id, 100_000);
      expect((await poll(terms))?.toldMs).toBe(100_000);
      await store.elapse(11);
      expect(await isTooOften(terms)).toBe(true);
    });

    test('twice a second is never too often, whatever was told', async () => {
      await stage.accept();
      await store.jobs.tell(stage.id, 1e8);
      const terms = { burst: 1, factor: 1, untoldMs: 1000 };
      expect(await isTooOften(terms)).toBe(false);
      expect(await isTooOften(terms)).toBe(true);
      await store.elapse(501);
      expect(await isTooOften(terms)).toBe(false);
    });

    test('of another owner is not counted', async () => {
      await stage.accept();
      for (const by of [
        { ...OWNER, client: 'other' },
        { ...OWNER, tenant: 'other' },
      ]) {
        for (let times = 0; times < 5; times += 1) expect((await poll(FEW, by))?.isTooOften).toBe(false);
      }
      expect(await isTooOften()).toBe(false);
    });

    test('of another export is counted for that one', async () => {
      await stage.accept();
      const other = await setStage(store.jobs);
      await other.accept();
      for (let times = 0; times < 4; times += 1) await poll();
      expect(await isTooOften()).toBe(true);
      expect((await store.jobs.poll(other.id, OWNER, FEW))?.isTooOften).toBe(false);
    });

    test('of an export that is over is never too often', async () => {
      await stage.accept();
      for (let times = 0; times < 4; times += 1) await poll();
      await store.jobs.settle(stage.id, { outcome: 'completed', endedAt: 1, expiresAt: 1e15 });
      expect(await isTooOften()).toBe(false);
    });
  });
}
