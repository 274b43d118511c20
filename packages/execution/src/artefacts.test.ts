import { expect, test } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import { createMemorySink } from '@millrace/storage';
import { ArtefactError, readPlan } from './artefacts.js';

const PLAN = { schemaVersion: 1, inputs: [], passes: [], shards: [] };

test('the plans of a few exports are read once, however many shards ask for them', async () => {
  const sink = createMemorySink();
  const reads: string[] = [];
  const store = {
    read(key: string) {
      reads.push(key.split('/')[1] ?? '');
      return sink.read(key);
    },
  };
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    const key = exportObjectKey('default', id, 'plan');
    await sink.createIfAbsent(key, Buffer.from(JSON.stringify(PLAN)));
  }
  for (const id of ['a', 'b', 'a', 'c', 'd', 'a', 'e', 'a', 'b']) {
    expect(await readPlan(store, 'default', id)).toEqual(PLAN);
  }
  expect(reads).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
});

test('a plan that is missing is asked for again', async () => {
  const store = createMemorySink();
  await expect(readPlan(store, 'default', 'a')).rejects.toBeInstanceOf(ArtefactError);
  await store.createIfAbsent(exportObjectKey('default', 'a', 'plan'), Buffer.from(JSON.stringify(PLAN)));
  expect(await readPlan(store, 'default', 'a')).toEqual(PLAN);
});
