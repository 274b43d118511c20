import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MakeStore, StoreUnderTest } from './stage.js';

const LONG = 60_000;

export function downloadStories(make: MakeStore): void {
  describe('files that are being sent', () => {
    let store: StoreUnderTest;
    let id: string;
    beforeEach(async () => {
      store = await make();
      id = randomUUID().replaceAll('-', '');
    });
    afterEach(() => store.close());

    const awaits = (patienceMs = LONG) => store.jobs.awaitsDownloads(id, patienceMs);

    test('are awaited until all of them are closed', async () => {
      expect(await awaits()).toBe(false);
      await store.jobs.openDownload(id, 'one', LONG);
      await store.jobs.openDownload(id, 'other', LONG);
      expect(await awaits()).toBe(true);
      await store.jobs.closeDownload(id, 'one');
      expect(await awaits()).toBe(true);
      await store.jobs.closeDownload(id, 'other');
      expect(await awaits()).toBe(false);
    });

    test('are those of one export', async () => {
      await store.jobs.openDownload(`${id}x`, 'one', LONG);
      expect(await awaits()).toBe(false);
    });

    test('count no longer than was said, unless that is said again', async () => {
      await store.jobs.openDownload(id, 'lost', 100);
      await store.jobs.openDownload(id, 'kept', 100);
      await store.jobs.openDownload(id, 'kept', LONG);
      await store.elapse(150);
      expect(await awaits()).toBe(true);
      await store.jobs.closeDownload(id, 'kept');
      expect(await awaits()).toBe(false);
    });

    test('are not awaited for ever', async () => {
      await store.jobs.openDownload(id, 'slow', LONG);
      expect(await awaits(100)).toBe(true);
      await store.elapse(150);
      expect(await awaits(100)).toBe(false);
      expect(await awaits(LONG)).toBe(true);
    });
  });
}
