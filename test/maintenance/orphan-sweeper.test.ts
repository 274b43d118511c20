import { randomBytes } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deleteExport, judgeFolder, readManifest, removeFolder } from '@millrace/lifecycle';
import { activateAlone, createOrphanSweeper } from '@millrace/maintenance';
import type { OrphanSweeperStatus } from '@millrace/maintenance';
import { openState, requestOf } from './state.js';
import type { State } from './state.js';

const NOW = Date.now();
const HOUR = 3_600_000;

let state: State;
beforeEach(async () => {
  state = await openState();
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

const newId = (): string => randomBytes(16).toString('hex');

/** One walk through the objects and then the records, or one activation of it from a cursor on. */
async function sweep({
  max = 100,
  cursor,
}: { max?: number; cursor?: string } = {}): Promise<OrphanSweeperStatus> {
  const { jobs, store } = state;
  const ports = { jobs, store, longestRunMs: 24 * HOUR, now: () => NOW };
  const task = createOrphanSweeper(
    {
      jobs,
      store,
      judge: (tenant, id) => judgeFolder(ports, tenant, id),
      removeFolder: (tenant, id) => removeFolder(store, tenant, id),
      hasManifest: async ({ tenant, id }) => (await readManifest(store, tenant, id)) !== undefined,
      dropRecord: (record) => deleteExport({ jobs, store }, record),
    },
    { minAgeMs: HOUR, maxListedKeys: max },
  );
  return activateAlone(task, { now: () => NOW, cursor });
}
async function sweepAll(): Promise<OrphanSweeperStatus> {
  const objects = await sweep();
  expect(objects.cursor).toBe('records:0');
  const records = await sweep({ cursor: 'records:0' });
  return {
    ...objects,
    droppedRecords: records.droppedRecords,
    errors: [...objects.errors, ...records.errors],
  };
}

/** Stores an object that has not changed for this many hours. */
async function put(key: string, hours = 2, content: unknown = {}): Promise<void> {
  await state.store.createIfAbsent(key, Buffer.from(JSON.stringify(content)));
  const at = new Date(NOW - hours * HOUR);
  await utimes(join(state.folder, key), at, at);
}

/** An export that completed with one file, and what its manifest does not list. */
async function completed(id: string): Promise<void> {
  const endedAt = NOW - HOUR;
  await state.jobs.create({ id, tenant: 't', client: 'c' });
  await state.jobs.activate(id);
  await state.jobs.settle(id, { outcome: 'completed', endedAt, expiresAt: NOW + HOUR });
  const file = { name: 'rows.part1.csv', key: `t/${id}/shard-0/1-n/1.csv`, rows: 1, bytes: 2 };
  await put(`t/${id}/request.json`, 2, requestOf(id, endedAt));
  await put(file.key);
  await put(`t/${id}/manifest.json`, 2, {
    schemaVersion: 1,
    exportId: id,
    tenant: 't',
    client: 'c',
    writtenBy: 'n',
    outcome: 'completed',
    acceptedAt: new Date(endedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    expiresAt: new Date(NOW + HOUR).toISOString(),
    skippedLines: 0,
    outputs: [{ name: 'rows', engine: 'codegen', files: [{ ...file, sha256: 'a'.repeat(64), etag: 'e' }] }],
  });
}

describe('objects that no record knows', () => {
  test('go with their folder when all of them are old, and all else stays byte for byte', async () => {
    const [orphan, young, live, lost] = [newId(), newId(), newId(), newId()];
    await put(`t/${young}/shard-0/1-n/1.csv`);
    await put(`t/${young}/shard-0/1-n/2.csv`, 0);
    await state.jobs.create({ id: live, tenant: 't', client: 'c' });
    await state.jobs.activate(live);
    await put(`t/${live}/shard-0/1-n/1.csv`);
    await put(`t/${lost}/request.json`, 2, requestOf(lost, NOW - HOUR));
    await completed(newId());
    for (const foreign of [
      't/_definitions/ViewDefinition/v/1.json',
      'other/file.csv',
      `_audit/${newId()}/1.csv`,
    ])
      await put(foreign, 99);
    const before = await state.everything();
    for (const file of ['request.json', 'manifest.json', 'deleted.json', 'shard-0/1-n/1.csv'])
      await put(`t/${orphan}/${file}`);
    expect(await sweepAll()).toMatchObject({
      removedFolders: 1,
      removedObjects: 0,
      droppedRecords: 0,
      errors: [],
    });
    expect(await state.everything()).toEqual(before);
    expect(await sweepAll()).toMatchObject({ removedFolders: 0, errors: [] });
  });

  test('go from the folder of an export that is over once they are old', async () => {
    const id = newId();
    await completed(id);
    await put(`t/${id}/shard-0/2-late/1.csv`, 0);
    const before = await state.everything();
    await put(`t/${id}/shard-0/1-dead/1.csv`, 2);
    expect(await sweepAll()).toMatchObject({ removedObjects: 1, removedFolders: 0, errors: [] });
    expect(await state.everything()).toEqual(before);
  });

  test('of one export whose id begins as that of another never go with it', async () => {
    const id = newId();
    await put(`t/${id}/deleted.json`);
    await put(`t/${id}0/request.json`);
    await put(`t/${id.slice(1)}/request.json`);
    await sweep();
    expect(Object.keys(await state.everything())).toEqual(
      [`t/${id.slice(1)}/request.json`, `t/${id}0/request.json`].sort(),
    );
  });

  test('are looked at up to the limit in one activation, and the next one goes on', async () => {
    const ids = [newId(), newId(), newId()].sort();
    for (const id of ids) for (const part of [1, 2]) await put(`t/${id}/shard-0/1-n/${part}.csv`);
    const activations = [await sweep({ max: 2 })];
    for (let last = activations[0]; last?.cursor?.startsWith('objects:'); last = activations.at(-1))
      activations.push(await sweep({ max: 2, cursor: last.cursor }));
    expect(activations.length).toBeGreaterThan(1);
    for (const { listed } of activations) expect(listed).toBeLessThanOrEqual(2);
    expect(activations.reduce((sum, { removedFolders }) => sum + removedFolders, 0)).toBe(3);
    expect(await state.everything()).toEqual({});
  });
});

describe('records whose objects are gone', () => {
  test('go, and records of exports with a manifest stay', async () => {
    const [gone, there] = [newId(), newId()];
    await completed(there);
    const before = await state.everything();
    await completed(gone);
    await state.store.remove([`t/${gone}/manifest.json`]);
    expect(await sweepAll()).toMatchObject({ droppedRecords: 1, errors: [] });
    expect(await state.everything()).toEqual(before);
  });

  test('stay when the object store is empty, which is told', async () => {
    const id = newId();
    await completed(id);
    await removeFolder(state.store, 't', id);
    expect(await sweep({ cursor: 'records:0' })).toMatchObject({
      droppedRecords: 0,
      errors: [expect.stringContaining('is empty')],
    });
    expect(await state.jobs.read(id)).toBeDefined();
  });
});
