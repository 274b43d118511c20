import { beforeEach, expect, test } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { deleteExport, withdrawExport } from './delete-export.js';
import { rebuildExport } from './rebuild-export.js';

const record = { id: 'job-1', tenant: 't', client: 'c', expiresAt: 20 };
const FILES = ['shard-0/1-n/1.csv', 'shard-1/2-n/1.csv', 'plan.json', 'request.json', 'manifest.json'];

let jobs: ReturnType<typeof createMemoryJobStore>;
let store: Sink;
beforeEach(async () => {
  jobs = createMemoryJobStore();
  store = createMemorySink();
  for (const id of ['job-1', 'job-10']) {
    for (const file of FILES) await store.createIfAbsent(`t/${id}/${file}`, Buffer.from('{}'));
    await jobs.restore({ ...record, id, acceptedAt: 1, endedAt: 10, state: 'completed' });
  }
});

async function keys(prefix = ''): Promise<string[]> {
  const found = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found;
}

test('an export that is over leaves neither object nor record, and its neighbour everything', async () => {
  expect(await deleteExport({ jobs, store }, record)).toBe(true);
  expect(await keys()).toEqual(FILES.map((file) => `t/job-10/${file}`).sort());
  expect(await jobs.read('job-1')).toBeUndefined();
  expect(await jobs.read('job-10')).toMatchObject({ state: 'completed' });
});

test('an export that is withdrawn is expired at once, is not put back, and has all of its objects yet', async () => {
  expect(await withdrawExport({ jobs, store }, record)).toBe(true);
  expect((await jobs.expired(0, 10, 0)).map(({ id }) => id)).toEqual(['job-1']);
  expect(await keys('t/job-1/')).toHaveLength(FILES.length + 1);
  const lost = { jobs: createMemoryJobStore(), store, dispatcher: { nudge: () => undefined } };
  expect(await rebuildExport({ ...lost, longestRunMs: 1e15, now: () => 0 }, 't', 'job-1')).toBeUndefined();
  expect(await withdrawExport({ jobs, store }, record)).toBe(true);
  expect(await deleteExport({ jobs, store }, record)).toBe(true);
  expect(await keys('t/job-1/')).toEqual([]);
});

test('an export that is not over is not withdrawn', async () => {
  expect(await withdrawExport({ jobs, store }, { id: 'job-1', tenant: 't' })).toBe(false);
  expect(await keys('t/job-1/')).toHaveLength(FILES.length);
});

test('deleting twice is as deleting once', async () => {
  await deleteExport({ jobs, store }, record);
  expect(await deleteExport({ jobs, store }, record)).toBe(true);
  expect(await keys('t/job-1/')).toEqual([]);
});

test('an export that is not over is not touched', async () => {
  expect(await deleteExport({ jobs, store }, { id: 'job-1', tenant: 't' })).toBe(false);
  expect(await keys('t/job-1/')).toHaveLength(FILES.length);
});

test('a death at any removal leaves an export that is not rebuilt, and that the next call deletes', async () => {
  const removals = FILES.length + 1;
  for (let survived = 0; survived < removals; survived += 1) {
    let left = survived;
    const dying = {
      createIfAbsent: store.createIfAbsent.bind(store),
      list: store.list.bind(store),
      remove: async (all: readonly string[]) => {
        for (const key of all) {
          if (left === 0) throw new Error('died');
          left -= 1;
          await store.remove([key]);
        }
      },
    };
    for (const file of FILES) await store.createIfAbsent(`t/job-1/${file}`, Buffer.from('{}'));
    await expect(deleteExport({ jobs, store: dying }, record)).rejects.toThrow('died');
    expect(await jobs.read('job-1')).toMatchObject({ state: 'completed' });
    expect(await keys('t/job-1/')).toContain(exportObjectKey('t', 'job-1', 'deleted'));
    const nobody = { nudge: () => undefined };
    const lost = {
      jobs: createMemoryJobStore(),
      store,
      dispatcher: nobody,
      longestRunMs: 1e15,
      now: () => 0,
    };
    expect(await rebuildExport(lost, 't', 'job-1')).toBeUndefined();
  }
  expect(await deleteExport({ jobs, store }, record)).toBe(true);
  expect(await keys('t/job-1/')).toEqual([]);
});
