import { expect, test } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import { createMemorySink } from '@millrace/storage';
import { ArtefactError } from './artefacts.js';
import { rememberArtefacts } from './remembered-artefacts.js';

const PLAN = { schemaVersion: 1, inputs: [], passes: [], shards: [], notices: [] };
const planOf = (id: string): string => exportObjectKey('default', id, 'plan');

test('the plans of a few exports are read once, however many shards ask for them', async () => {
  const sink = createMemorySink();
  const reads: string[] = [];
  const store = {
    read(key: string) {
      reads.push(key.split('/')[1] ?? '');
      return sink.read(key);
    },
  };
  const artefacts = rememberArtefacts(store, 4);
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    await sink.createIfAbsent(planOf(id), Buffer.from(JSON.stringify(PLAN)));
  for (const id of ['a', 'b', 'a', 'c', 'd', 'a', 'e', 'a', 'b'])
    expect(await artefacts.plan({ tenant: 'default', id })).toEqual(PLAN);
  expect(reads).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
});

test('what is missing is asked for again', async () => {
  const store = createMemorySink();
  const artefacts = rememberArtefacts(store, 4);
  const name = { tenant: 'default', id: 'a' };
  await expect(artefacts.plan(name)).rejects.toBeInstanceOf(ArtefactError);
  expect(await artefacts.manifest(name)).toBeUndefined();
  await store.createIfAbsent(planOf('a'), Buffer.from(JSON.stringify(PLAN)));
  expect(await artefacts.plan(name)).toEqual(PLAN);
});
