import { beforeEach, describe, expect, test } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import type { ExportRequest, Manifest } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createMemorySink } from '@millrace/storage/memory';
import { manifestHead } from './manifest-head.js';
import { deleteExport, withdrawExport } from './delete-export.js';
import { judgeFolder } from './judge-folder.js';
import { rebuildExport, rebuildingReads, sweepLostExports } from './rebuild-export.js';

const DAY = 86_400_000;
const ACCEPTED = Date.parse('2026-03-01T10:00:00.000Z');

let store: ReturnType<typeof createMemorySink>;
let clock: number;
let ports: Parameters<typeof sweepLostExports>[0] & { jobs: ReturnType<typeof createMemoryJobStore> };
beforeEach(() => {
  clock = ACCEPTED + 1000;
  store = createMemorySink();
  ports = {
    jobs: createMemoryJobStore({ now: () => clock }),
    store,
    dispatcher: { nudge: () => undefined },
    longestRunMs: DAY,
    now: () => clock,
  };
});

async function asked(id: string, more: Partial<ExportRequest> = {}): Promise<void> {
  const request: ExportRequest = {
    schemaVersion: 1,
    id,
    tenant: 't',
    client: 'c',
    operation: 'sql-export',
    source: 'default',
    format: 'csv',
    header: true,
    fhirVersion: 'R4',
    acceptedAt: new Date(ACCEPTED).toISOString(),
    subjects: [{ kind: 'view', name: 'v', view: { resource: 'Patient' } }],
    ...more,
  };
  await put(id, 'request', request);
}

async function ended(id: string, outcome: 'completed' | 'cancelled'): Promise<void> {
  const record = { id, tenant: 't', client: 'c', acceptedAt: ACCEPTED };
  const head = manifestHead(record, { writtenBy: 'n', endedAt: ACCEPTED + 5, expiresAt: ACCEPTED + DAY });
  const manifest: Manifest =
    outcome === 'cancelled'
      ? { ...head, outcome }
      : {
          ...head,
          outcome,
          outputs: [{ name: 'v', engine: 'codegen', files: [FILE] }],
          skippedLines: 0,
          notices: [],
        };
  await put(id, 'manifest', manifest);
}
const FILE = { name: 'v.part1.csv', key: 'k', rows: 1, bytes: 1, sha256: '00', etag: 'e' };

async function put(id: string, object: 'request' | 'manifest' | 'deleted', content: unknown): Promise<void> {
  await store.createIfAbsent(exportObjectKey('t', id, object), Buffer.from(JSON.stringify(content)));
}

describe('an export that Redis has lost', () => {
  test('has its idempotency key again', async () => {
    await asked('a', { idempotency: { key: 'k', request: 'r' } });
    await rebuildExport(ports, 't', 'a');
    expect(await ports.jobs.holderOf({ tenant: 't', client: 'c' }, 'k')).toMatchObject({
      id: 'a',
      request: 'r',
    });
  });

  test('while it ran, is accepted again under its old time and planned', async () => {
    await asked('a');
    expect(await rebuildExport(ports, 't', 'a')).toMatchObject({ state: 'accepted', acceptedAt: ACCEPTED });
    expect(await ports.jobs.dispatch(10)).toEqual([{ exportId: 'a', step: 'plan', round: 0 }]);
  });

  test('after its end, is as its manifest says', async () => {
    await asked('a');
    await ended('a', 'completed');
    const record = await rebuildExport(ports, 't', 'a');
    expect(record).toMatchObject({ state: 'completed', endedAt: ACCEPTED + 5, expiresAt: ACCEPTED + DAY });
    expect(await ports.jobs.dispatch(10)).toEqual([]);
  });

  test('is put back once by any number of readers', async () => {
    await asked('a');
    const jobs = rebuildingReads(ports.jobs, ports, 't');
    const states = await Promise.all(Array.from({ length: 5 }, () => jobs.read('a')));
    expect(states.map((record) => record?.state)).toEqual(Array.from({ length: 5 }, () => 'accepted'));
  });
});

test('an export that is withdrawn while it is put back stays withdrawn', async () => {
  await asked('a');
  await ended('a', 'completed');
  const { jobs } = ports;
  const slow = {
    ...store,
    read: async (key: string) => {
      const content = await store.read(key);
      if (key === exportObjectKey('t', 'a', 'manifest')) await withdrawElsewhere();
      return content;
    },
  };
  async function withdrawElsewhere(): Promise<void> {
    const record = await rebuildExport(ports, 't', 'a');
    if (record === undefined) throw new Error('it was not put back');
    expect(await withdrawExport({ jobs, store }, record)).toBe(true);
    await deleteExport({ jobs, store: { ...store, remove: async () => undefined } }, record);
  }
  expect(await rebuildExport({ ...ports, store: slow }, 't', 'a')).toMatchObject({ expiresAt: 0 });
});

describe('nothing is put back', () => {
  test('that was never asked for', async () => {
    expect(await rebuildExport(ports, 't', 'a')).toBeUndefined();
  });

  test('that was deleted', async () => {
    await asked('a');
    await put('a', 'deleted', {});
    expect(await rebuildExport(ports, 't', 'a')).toBeUndefined();
  });

  test.each([
    ['whose result has expired', true],
    ['that was accepted longer ago than an export may run', false],
  ])('%s', async (_, over) => {
    await asked('a');
    if (over) await ended('a', 'completed');
    clock = ACCEPTED + DAY;
    expect(await rebuildExport(ports, 't', 'a')).toBeUndefined();
  });
});

test('a sweep finds lost exports in bounded pieces, and leaves known ones alone', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await asked(id);
  await ended('c', 'cancelled');
  await ports.jobs.create({ id: 'b', tenant: 't', client: 'c' });
  const first = await sweepLostExports(ports, undefined, 2);
  const second = await sweepLostExports(ports, first.next, 2);
  const third = await sweepLostExports(ports, second.next, 10);
  expect([first.rebuilt, second.rebuilt, third.rebuilt]).toEqual([['a'], ['c'], ['d']]);
  expect(third.next).toBeUndefined();
  expect(await ports.jobs.read('b')).toMatchObject({ state: 'preparing' });
});

describe('an export that was asked of a newer version', () => {
  beforeEach(async () => {
    await put('a', 'request', { schemaVersion: 9 });
    await asked('b');
  });

  test('is not taken for an orphan', async () => {
    await expect(judgeFolder(ports, 't', 'a')).rejects.toThrow('newer version');
  });

  test('keeps no other one from being put back', async () => {
    expect(await sweepLostExports(ports, undefined, 10)).toEqual({
      next: undefined,
      rebuilt: ['b'],
      ofNewer: 1,
    });
  });
});
