import { expect, test } from '@jest/globals';
import { ArtefactError, exportObjectKey, planText } from '@millrace/export';
import type { Plan } from '@millrace/export';
import { createMemorySink } from '@millrace/storage/memory';
import { rememberAnswers, rememberArtefacts } from './remembered-artefacts.js';

const PLAN: Plan = { inputs: [], passes: [], stages: [], outputs: [], notices: [] };
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
    await sink.createIfAbsent(planOf(id), Buffer.from(planText(PLAN)));
  for (const id of ['a', 'b', 'a', 'c', 'd', 'a', 'e', 'a', 'b'])
    expect(await artefacts.plan({ tenant: 'default', id })).toEqual(PLAN);
  expect(reads).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
});

test('a missing object is read again', async () => {
  const store = createMemorySink();
  const artefacts = rememberArtefacts(store, 4);
  const name = { tenant: 'default', id: 'a' };
  await expect(artefacts.plan(name)).rejects.toBeInstanceOf(ArtefactError);
  expect(await artefacts.manifest(name)).toBeUndefined();
  await store.createIfAbsent(planOf('a'), Buffer.from(planText(PLAN)));
  expect(await artefacts.plan(name)).toEqual(PLAN);
});

test('a process that answers questions keeps the parts that answers repeat, and not the views, however large the requests are', async () => {
  const store = createMemorySink();
  const reads: string[] = [];
  const counted = { read: (key: string) => (reads.push(key), store.read(key)) };
  const view = { resourceType: 'ViewDefinition', resource: 'Patient', description: 'x'.repeat(100_000) };
  for (let n = 0; n < 200; n += 1) {
    const request = {
      schemaVersion: 1,
      id: `e${n}`,
      tenant: 'default',
      client: 'c',
      operation: 'o',
      source: 's',
      format: 'csv',
      header: true,
      fhirVersion: 'R4',
      acceptedAt: '2026-01-01T00:00:00Z',
      clientTrackingId: `t${n}`,
      subjects: [{ kind: 'view', name: 'v', view }],
    };
    await store.createIfAbsent(
      exportObjectKey('default', `e${n}`, 'request'),
      Buffer.from(JSON.stringify(request)),
    );
  }
  const answers = rememberAnswers(counted, 4);
  for (let round = 0; round < 2; round += 1) {
    for (let n = 0; n < 200; n += 1) {
      const head = {
        operation: 'o',
        clientTrackingId: `t${n}`,
        format: 'csv',
        subjects: [{ name: 'v', kind: 'view' }],
        resourceTypes: ['Patient'],
      };
      expect(await answers.request({ tenant: 'default', id: `e${n}` })).toEqual(head);
    }
  }
  expect(reads).toHaveLength(200);
});

test('a request that its API remembers is not read', async () => {
  const answers = rememberAnswers({ read: () => Promise.reject(new Error('read')) }, 4);
  answers.remember({
    schemaVersion: 1,
    id: 'e1',
    tenant: 'default',
    client: 'c',
    operation: 'sql-export',
    acceptedAt: '2026-01-01T00:00:00Z',
    format: 'csv',
    header: true,
    source: 'main',
    fhirVersion: 'R4',
    subjects: [{ kind: 'view', name: 'v', view: { resource: 'Patient' } }],
  });
  const head = {
    operation: 'sql-export',
    format: 'csv',
    subjects: [{ name: 'v', kind: 'view' }],
    resourceTypes: ['Patient'],
  };
  expect(await answers.request({ tenant: 'default', id: 'e1' })).toEqual(head);
});
