import { expect, test } from '@jest/globals';
import type { ExportState } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { readLiveExports } from './read-live-exports.js';

test('exports that are not over are counted by state, with the longest time without progress of one that runs', async () => {
  const jobs = createMemoryJobStore();
  expect(await readLiveExports(jobs, Date.now())).toEqual({
    states: { preparing: 0, accepted: 0, 'in-progress': 0, deciding: 0 },
    longestStillMs: 0,
  });
  for (const id of ['a', 'b', 'c', 'd', 'e']) await jobs.create({ id, tenant: 't', client: 'c' });
  for (const id of ['b', 'c', 'd', 'e']) await jobs.activate(id);
  const by = { nonce: 'n', worker: 'w', leaseMs: 60_000, maxAttempts: 3 };
  for (const exportId of ['c', 'd']) await jobs.claim({ exportId, step: 'plan' }, by);
  await jobs.decide('d', { outcome: 'cancelled', nonce: 'n' });
  await jobs.settle('e', { outcome: 'failed', endedAt: 1, expiresAt: 2 });

  const running = await jobs.read('c');
  const reading = await readLiveExports(jobs, (running?.progressAt ?? 0) + 90_000);
  expect(reading.states).toEqual({ preparing: 1, accepted: 1, 'in-progress': 1, deciding: 1 });
  expect(reading.longestStillMs).toBe(90_000);
});

test('a store with very many exports is read page by page, up to a limit', async () => {
  let pages = 0;
  const state: ExportState = 'accepted';
  const record = {
    id: 'x',
    tenant: 't',
    client: 'c',
    state,
    acceptedAt: 1,
    shardsDone: 0,
    bytesTotal: 0,
    bytesRead: 0,
    rowsWritten: 0,
    bytesWritten: 0,
    skippedLines: 0,
  };
  const endless = {
    async liveExports(_after: string | undefined, max: number) {
      pages += 1;
      return { exports: Array.from({ length: max }, () => record), next: 'more' };
    },
  };
  expect((await readLiveExports(endless, 2)).states).toMatchObject({ accepted: 5_000 });
  expect(pages).toBe(10);
});
