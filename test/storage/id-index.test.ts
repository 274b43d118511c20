import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { INDEX_FOLDER, buildIndex, createIdIndexes, indexedIds } from '@millrace/cohort';
import type { IndexedType } from '@millrace/cohort';
import { startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { openSink, openSource } from '@millrace/storage';
import type { Sink, Source } from '@millrace/storage';
import { locationOn } from './s3-location.js';

let server: S3TestServer;
let store: Sink;
let data: Sink;
let source: Source;
beforeAll(async () => {
  server = await startS3TestServer({ buckets: ['bucket'] });
  store = openSink(locationOn(server, 'out/'));
  data = openSink(locationOn(server, 'data/'));
  source = openSource({ ...locationOn(server, 'data/'), name: 'default', fhirVersion: 'R4' });
});
afterAll(() => server?.stop());

const lineOf = (resourceType: string, id: string, more: object = {}): string =>
  `${JSON.stringify({ resourceType, id, ...more })}\n`;

async function replace(key: string, content: string): Promise<void> {
  await data.remove([key]);
  await data.createIfAbsent(key, Buffer.from(content));
}

/** Small runs, so that an index is merged from several objects. */
async function build(resourceType: IndexedType): Promise<string> {
  const [input] = await source.list(resourceType);
  if (input === undefined) throw new Error(`there is no file of ${resourceType}`);
  const ports = { source, store, now: Date.now, stopIfTold: () => undefined, onUpload: () => undefined };
  const task = { source: source.name, resourceType, input, forMs: 60_000 };
  const limits = { contentBytes: 64 << 10, records: 1_000, bodyBytes: 64 << 10 };
  return (await buildIndex(task, ports, limits)).kind;
}

test('an id index in S3 answers for the file that it was made of, and for no other', async () => {
  const ids = Array.from({ length: 3_000 }, (_, n) => `p-${n}`);
  await replace('Patient.ndjson', ids.map((id) => lineOf('Patient', id)).join(''));
  const member = ['Patient/p-1', 'Group/inner'].map((reference) => ({ entity: { reference } }));
  await replace('Group.ndjson', lineOf('Group', 'g', { member }) + lineOf('Group', 'inner'));
  // Two workers at once write the same.
  const built = await Promise.all([build('Patient'), build('Patient'), build('Group')]);
  expect(built).toEqual(['built', 'built', 'built']);

  const damaged: string[] = [];
  const read: string[] = [];
  const counting: Source = {
    name: source.name,
    fhirVersion: source.fhirVersion,
    list: (type) => source.list(type),
    survey: (types) => source.survey(types),
    probe: () => source.probe(),
    read(input, ...range) {
      read.push(input.key);
      return source.read(input, ...range);
    },
  };
  const indexes = createIdIndexes({ store, heldBytes: 1 << 20, onDamaged: ({ key }) => damaged.push(key) });
  const known = indexedIds(indexes, counting);
  expect(await known.missingPatients(['p-0', 'p-2999', 'p-3000'])).toEqual(['p-3000']);
  const groups: unknown[] = [];
  for await (const { id, member: members } of known.groups(new Set(['g', 'nobody'])))
    groups.push([id, members]);
  expect(groups).toEqual([['g', member]]);
  expect(read).toEqual([]);

  await replace('Patient.ndjson', lineOf('Patient', 'other'));
  expect(await known.missingPatients(['p-0', 'other'])).toEqual(['p-0']);
  expect(read).toEqual(['Patient.ndjson']);

  expect(await build('Patient')).toBe('built');
  const keys: string[] = [];
  for await (const { key } of store.list(INDEX_FOLDER)) if (key.endsWith('/index')) keys.push(key);
  expect(keys).toHaveLength(3);
  for (const key of keys) {
    await store.remove([key]);
    await store.createIfAbsent(key, Buffer.from('nothing'));
  }
  const fresh = createIdIndexes({ store, heldBytes: 0, onDamaged: ({ key }) => damaged.push(key) });
  expect(await indexedIds(fresh, counting).missingPatients(['other'])).toEqual([]);
  expect(damaged).toHaveLength(1);
  expect(await store.stat(damaged[0] ?? '')).toBeUndefined();
}, 60_000);
