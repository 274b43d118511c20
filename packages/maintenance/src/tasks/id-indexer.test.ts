import { beforeEach, describe, expect, test } from '@jest/globals';
import { INDEX_FOLDER, buildIndex, createIdIndexes, lookUpIds } from '@millrace/cohort';
import type { IndexTask } from '@millrace/cohort';
import { exportFolderOf } from '@millrace/export';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import { activateAlone } from '../activate-alone.js';
import { createIdIndexer } from './id-indexer.js';
import type { IdIndexerPorts, IdIndexerStatus } from './id-indexer.js';

const HOUR = 3_600_000;

let files: Map<string, Buffer>;
let store: ReturnType<typeof createMemorySink>;
/** The files that were read, in order. */
let read: string[];
beforeEach(() => {
  files = new Map();
  store = createMemorySink();
  read = [];
  put('Patient.ndjson', ['a', 'b']);
  put('2.Patient.ndjson', ['c']);
});

function put(name: string, ids: readonly string[]): void {
  const type = name.includes('Group') ? 'Group' : 'Patient';
  const lines = ids.map((id) => `${JSON.stringify({ resourceType: type, id })}\n`);
  files.set(name, Buffer.from(lines.join('')));
}

const source = () => createMemorySource({ name: 'main', fhirVersion: 'R4', files });

async function activate(
  more: Partial<IdIndexerPorts> = {},
  aheadMs = 0,
  maxPerActivation = 100,
): Promise<IdIndexerStatus> {
  const task = createIdIndexer(
    {
      sources: [source()],
      store,
      async build(indexed: IndexTask) {
        read.push(indexed.input.key);
        const ports = { source: source(), store, now: Date.now, stopIfTold() {}, onUpload() {} };
        return buildIndex(indexed, ports);
      },
      onIndexed: () => undefined,
      onPending: () => undefined,
      ...more,
    },
    { minAgeMs: HOUR, maxPerActivation },
  );
  return activateAlone(task, { now: () => Date.now() + aheadMs });
}

async function keys(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of store.list('')) found.push(key);
  return found;
}

async function look(...ids: readonly string[]) {
  const indexes = createIdIndexes({ store, heldBytes: 0, onDamaged: () => undefined });
  return lookUpIds(indexes, source(), 'Patient', await source().list('Patient'), ids);
}

describe('the id indexer', () => {
  test('indexes each file once, and a file that has changed again', async () => {
    put('Group.ndjson', ['g']);
    expect(await activate()).toMatchObject({ files: 3, built: 3, pending: 0, errors: [] });
    expect(await activate()).toMatchObject({ files: 3, built: 0, pending: 0 });
    read = [];
    put('Patient.ndjson', ['a', 'd']);
    expect((await look('d')).pending).toMatchObject([{ key: 'Patient.ndjson' }]);
    expect(await activate()).toMatchObject({ built: 1 });
    expect(read).toEqual(['Patient.ndjson']);
    expect(await look('a', 'b', 'c', 'd')).toMatchObject({ missing: ['b'], pending: [] });
  });

  test('goes on where its limit ended an activation', async () => {
    expect(await activate({}, 0, 1)).toMatchObject({ built: 1, pending: 1 });
    expect(await activate({}, 0, 1)).toMatchObject({ built: 1, pending: 0 });
  });

  test('removes indexes of files that are gone once they are old, and none that is in use', async () => {
    await activate();
    files.delete('2.Patient.ndjson');
    expect(await activate()).toMatchObject({ removedObjects: 0 });
    expect(await keys()).toHaveLength(2);
    expect(await activate({}, 2 * HOUR)).toMatchObject({ removedObjects: 1, built: 0 });
    expect(await look('a', 'b', 'c')).toMatchObject({ missing: ['c'], pending: [] });
  });

  test('removes nothing while a source cannot be listed, and nothing of a newer version', async () => {
    await store.createIfAbsent(`${INDEX_FOLDER}v99/${'0'.repeat(40)}/index`, Buffer.of(1));
    await activate();
    const away = { name: 'away', list: () => Promise.reject(new Error('not mounted')) };
    expect(await activate({ sources: [away] }, 2 * HOUR)).toMatchObject({
      removedObjects: 0,
      errors: [expect.any(String), expect.any(String)],
    });
    files.clear();
    expect(await activate({}, 2 * HOUR)).toMatchObject({ removedObjects: 2 });
    expect(await keys()).toHaveLength(1);
  });

  test('indexes the other files when one fails, and leaves a file that no thread survives to the export', async () => {
    const build: IdIndexerPorts['build'] = async (task) => {
      if (task.input.key === 'Patient.ndjson') throw new Error('away');
      return { kind: 'crashed' };
    };
    const status = await activate({ build });
    expect(status).toMatchObject({ built: 0, partial: 1, pending: 1 });
    expect(status.errors).toEqual(['main/Patient.ndjson: away']);
    expect(await look('c')).toMatchObject({ missing: ['c'], isDamaged: true });
  });

  test('keeps its objects where sweepers of exports do not look', async () => {
    await activate();
    expect((await keys()).map((key) => exportFolderOf(key))).toEqual([undefined, undefined]);
  });
});
