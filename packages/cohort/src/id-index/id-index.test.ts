import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import type { Source } from '@millrace/storage';
import { lookThrough } from '../source-ids.js';
import { buildIndex } from './build-index.js';
import type { IndexBuild, RunLimits } from './build-index.js';
import { createIdIndexes } from './id-indexes.js';
import { INDEXED_TYPES, indexKey, indexPrefix } from './index-keys.js';
import type { IndexedType } from './index-keys.js';
import { indexWithoutIds } from './index-without-ids.js';
import { indexedIds } from './indexed-ids.js';
import { lookUpIds } from './look-up-ids.js';

const WHOLE: RunLimits = { contentBytes: Infinity, records: Infinity, bodyBytes: Infinity };
const SMALL: RunLimits = { contentBytes: 40_000, records: 700, bodyBytes: 20_000 };

type Sink = ReturnType<typeof createMemorySink>;

function source(files: Readonly<Record<string, string | Uint8Array>>): Source {
  const contents = Object.entries(files).map(([key, content]) => [key, Buffer.from(content)] as const);
  return createMemorySource({ name: 'main', fhirVersion: 'R4', files: new Map(contents) });
}

/** Builds what can be built of the indexes of a source, in one call for each file. */
async function buildAll(
  from: Source,
  store: Sink,
  limits: RunLimits = WHOLE,
  { forMs = Infinity, stopIfTold = () => undefined }: { forMs?: number; stopIfTold?: () => void } = {},
): Promise<readonly IndexBuild[]> {
  const builds: IndexBuild[] = [];
  for (const resourceType of INDEXED_TYPES) {
    for (const input of await from.list(resourceType)) {
      const task = { source: from.name, resourceType, input, forMs };
      const ports = { source: from, store, now: () => 0, stopIfTold, onUpload: () => undefined };
      builds.push(await buildIndex(task, ports, limits));
    }
  }
  return builds;
}

function opened(store: Sink) {
  const damaged: string[] = [];
  const indexes = createIdIndexes({ store, heldBytes: 1e6, onDamaged: ({ key }) => damaged.push(key) });
  return { indexes, damaged };
}

/** The ids that the indexes of a source do not have. */
async function missing(from: Source, store: Sink, type: IndexedType, ids: Iterable<string>) {
  return lookUpIds(opened(store).indexes, from, type, await from.list(type), ids);
}

async function keyOf(from: Source, type: IndexedType): Promise<string> {
  const [input] = await from.list(type);
  if (input === undefined) throw new Error('there is no file');
  return indexKey({ source: from, resourceType: type, input });
}

async function keysIn(store: Sink): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  return keys;
}

/** Puts other bytes in the place of an object. */
async function replace(store: Sink, key: string, by: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const bytes = await store.read(key);
  if (bytes === undefined) throw new Error(`there is no object ${key}`);
  await store.remove([key]);
  await store.createIfAbsent(key, by(bytes));
}

const patient = (id: string, more: object = {}): string =>
  JSON.stringify({ resourceType: 'Patient', id, ...more });
const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `p${((n * 7_919) % count).toString(36)}-${n % 3}`);

describe('an index knows', () => {
  test.each([
    ['in one run', WHOLE],
    ['merged from many runs', SMALL],
  ])('each id of a file and no other one, %s', async (_, limits) => {
    const ids = many(5_000);
    const lines = ids.map((id) => patient(id)).join('\n');
    for (const files of [{ 'Patient.ndjson': lines }, { 'Patient.ndjson.gz': gzipSync(lines) }]) {
      const from = source(files);
      const store = createMemorySink();
      expect(await buildAll(from, store, limits)).toMatchObject([{ kind: 'built', isWhole: true }]);
      const strangers = ids.flatMap((id) => [`${id}0`, id.slice(0, -1), `A${id}`, `z${id}`]);
      const answer = await missing(from, store, 'Patient', [...ids, ...strangers]);
      expect(answer).toEqual({ missing: [...new Set(strangers)], pending: [], isDamaged: false });
    }
  });

  test('nobody who only looks like a resource', async () => {
    const lines = [
      patient('a', { contained: [{ resourceType: 'Patient', id: 'contained' }], name: [{ id: 'element' }] }),
      '{"resourceType":"Patient","id":"cut off"',
      '{"resourceType":"Patient","id":"cut-off"',
      '{"resourceType":"Patient","id":"first","id":"last"}',
      '{"resourceType":"Person","id":"person"}',
      '{"resourceType":"Patient","id":7}',
      '{"resourceType":"Patient","id":"not an id"}',
      `{"resourceType":"Patient","id":"${'x'.repeat(65)}"}`,
      '{"resourceType":"Patient","\\u0069d":"escaped"}',
      '["Patient"]',
      'null',
      '',
      '{"resourceType":"Patient","id":"__proto__"}',
      '{"resourceType":"Patient","id":"constructor"}\r',
    ];
    const from = source({ 'Patient.ndjson': lines.join('\n') });
    const store = createMemorySink();
    await buildAll(from, store);
    const asked = [
      'a',
      'contained',
      'element',
      'cut-off',
      'first',
      'last',
      'person',
      '7',
      'escaped',
      'constructor',
    ];
    const { missing: unknown } = await missing(from, store, 'Patient', [...asked, 'toString']);
    expect(unknown).toEqual(['contained', 'element', 'cut-off', 'first', 'person', '7', 'toString']);
    expect(unknown).toEqual(await lookThrough(from).missingPatients([...asked, 'toString']));
  });

  test('that a source without files has nobody', async () => {
    const answer = await missing(source({}), createMemorySink(), 'Patient', ['a']);
    expect(answer).toEqual({ missing: ['a'], pending: [], isDamaged: false });
  });

  test('a patient who is in two files, and one who is in a file twice', async () => {
    const from = source({
      '1.Patient.ndjson': `${patient('a')}\n${patient('b')}\n${patient('a')}`,
      '2.Patient.ndjson': `${patient('b')}\n${patient('c')}`,
    });
    const store = createMemorySink();
    expect(await buildAll(from, store)).toMatchObject([{ records: 2 }, { records: 2 }]);
    expect((await missing(from, store, 'Patient', ['a', 'b', 'c', 'd'])).missing).toEqual(['d']);
  });
});

describe('the building of an index', () => {
  const lines = many(5_000)
    .map((id) => patient(id))
    .join('\n');

  test.each(['Patient.ndjson', 'Patient.ndjson.gz'])('goes on behind the last run of %s', async (name) => {
    // Blocks of random bytes keep the blocks of the compressed file apart.
    const padded = lines.replaceAll('"}', `","text":"${'x'.repeat(200)}"}`);
    const from = source({ [name]: name.endsWith('gz') ? gzipSync(padded) : padded });
    const store = createMemorySink();
    let blocks = 0;
    const stopIfTold = (): void => {
      blocks += 1;
      if (blocks === 3) throw new Error('killed');
    };
    await expect(buildAll(from, store, SMALL, { stopIfTold })).rejects.toThrow('killed');
    expect(await keysIn(store)).toHaveLength(2);
    const [build] = await buildAll(from, store, SMALL);
    expect(build).toMatchObject({ kind: 'built', isWhole: true, records: 5_000 });
    if (build?.kind === 'built') expect(build.contentBytes).toBeLessThan(padded.length - 30_000);
    const undisturbed = createMemorySink();
    await buildAll(from, undisturbed, WHOLE);
    const key = await keyOf(from, 'Patient');
    expect(await store.read(key)).toEqual(await undisturbed.read(key));
  });

  test('pauses behind a run when its time is over', async () => {
    const padded = lines.replaceAll('"}', `","text":"${'x'.repeat(200)}"}`);
    const from = source({ 'Patient.ndjson': padded });
    const store = createMemorySink();
    const kinds: string[] = [];
    for (let calls = 0; kinds.at(-1) !== 'built' && calls < 50; calls += 1) {
      const [build] = await buildAll(from, store, SMALL, { forMs: 0 });
      kinds.push(build?.kind ?? 'none');
    }
    expect(kinds.length).toBeGreaterThan(3);
    expect(kinds.at(-1)).toBe('built');
  });

  test('may be done by two workers at once', async () => {
    const from = source({ 'Patient.ndjson': lines });
    const store = createMemorySink();
    const [one, other] = await Promise.all([buildAll(from, store, SMALL), buildAll(from, store, SMALL)]);
    expect(one).toEqual(other);
    expect((await missing(from, store, 'Patient', many(5_000))).missing).toEqual([]);
  });

  test('says that a file has changed', async () => {
    const before = source({ 'Patient.ndjson': lines });
    const after = source({ 'Patient.ndjson': `${lines}\n` });
    const store = createMemorySink();
    const replaced = { ...before, read: after.read.bind(after), list: before.list.bind(before) };
    expect(await buildAll(replaced, store)).toEqual([{ kind: 'changed' }]);
    expect(await keysIn(store)).toEqual([]);
  });

  test('begins anew where a run is damaged', async () => {
    const from = source({ 'Patient.ndjson': lines });
    const store = createMemorySink();
    const [input] = await from.list('Patient');
    if (input === undefined) throw new Error('there is no file');
    const prefix = indexPrefix({ source: from, resourceType: 'Patient', input });
    await store.createIfAbsent(`${prefix}run-0`, Buffer.from('nothing'));
    expect(await buildAll(from, store)).toEqual([{ kind: 'damaged' }]);
  });

  test('keeps what it found before a damaged place, and does not say that it is all', async () => {
    const from = source({ 'Patient.ndjson.gz': gzipSync(lines).subarray(0, -20) });
    const store = createMemorySink();
    expect(await buildAll(from, store)).toMatchObject([{ kind: 'built', isWhole: false }]);
    const answer = await missing(from, store, 'Patient', ['nobody']);
    expect(answer).toEqual({ missing: ['nobody'], pending: [], isDamaged: true });
  });
});

test('a Group with more bytes than a line may have fails with its place whatever group of its file is asked for', async () => {
  const group = (id: string, members: number): string => {
    const member = '{"entity":{"reference":"Patient/a"}}';
    const list = Array<string>(members).fill(member).join(',');
    return `{"resourceType":"Group","id":"${id}","member":[${list}]}\n`;
  };
  const first = group('small', 1);
  const from = source({ 'Group.ndjson': first + group('large', 2_000_000) + group('last', 1) });
  const store = createMemorySink();
  expect(await buildAll(from, store)).toMatchObject([{ kind: 'built', isWhole: false, records: 1 }]);
  const { groups } = indexedIds(opened(store).indexes, from);
  for (const id of ['small', 'large', 'last', 'none']) {
    const found: string[] = [];
    const asked = (async () => {
      for await (const one of groups(new Set([id, 'never']))) found.push(one.id);
    })();
    await expect(asked).rejects.toMatchObject({ name: 'LineTooLongError', offset: first.length });
  }
});

describe('a stored index', () => {
  const from = source({ 'Patient.ndjson': `${patient('a')}\n${patient('b')}` });

  test('of which any byte was changed or lost is removed, and answers nothing', async () => {
    const store = createMemorySink();
    await buildAll(from, store);
    const key = await keyOf(from, 'Patient');
    const good = Buffer.from((await store.read(key)) ?? []);
    const broken = [
      ...Array.from(good, (byte, at) =>
        Buffer.concat([good.subarray(0, at), Buffer.of(byte ^ 1), good.subarray(at + 1)]),
      ),
      ...Array.from(good, (_, at) => good.subarray(0, at)),
      Buffer.concat([good, Buffer.of(0)]),
    ];
    for (const bytes of broken) {
      await replace(store, key, () => bytes);
      const { indexes, damaged } = opened(store);
      const { pending } = await lookUpIds(indexes, from, 'Patient', await from.list('Patient'), [
        'a',
        'b',
        'c',
      ]);
      expect([pending.length, damaged, await keysIn(store)]).toEqual([1, [key], []]);
      await store.createIfAbsent(key, good);
    }
  });

  test('of another file is not believed', async () => {
    const store = createMemorySink();
    const other = source({ 'Patient.ndjson': `${patient('c')}\n` });
    await buildAll(other, store);
    const bytes = (await store.read(await keyOf(other, 'Patient'))) ?? new Uint8Array();
    await store.createIfAbsent(await keyOf(from, 'Patient'), bytes);
    expect((await missing(from, store, 'Patient', ['c'])).pending).toHaveLength(1);
  });

  test('that was removed and built again since it was opened is opened again', async () => {
    const store = createMemorySink();
    const large = source({
      'Patient.ndjson': many(20_000)
        .map((id) => patient(id))
        .join('\n'),
    });
    await buildAll(large, store);
    const { indexes } = opened(store);
    const look = async () => lookUpIds(indexes, large, 'Patient', await large.list('Patient'), ['p0-0', 'x']);
    expect(await look()).toMatchObject({ missing: ['x'], pending: [] });
    await store.remove(await keysIn(store));
    expect((await look()).pending).toHaveLength(1);
    await buildAll(large, store, SMALL);
    expect(await look()).toMatchObject({ missing: ['x'], pending: [] });
  });

  test('may say that it knows nothing', async () => {
    const store = createMemorySink();
    const [input] = await from.list('Patient');
    if (input === undefined) throw new Error('there is no file');
    const of = { source: from, resourceType: 'Patient', input } as const;
    await store.createIfAbsent(indexKey(of), await indexWithoutIds(of));
    const answer = await missing(from, store, 'Patient', ['a']);
    expect(answer).toEqual({ missing: ['a'], pending: [], isDamaged: true });
    expect(await indexedIds(opened(store).indexes, from).missingPatients(['a', 'c'])).toEqual(['c']);
  });
});

test('groups of an index have the members that the groups of the file have', async () => {
  const members = [
    { entity: { reference: 'Patient/a' } },
    {
      entity: { reference: 'https://ehr.example/fhir/Patient/b/_history/3' },
      period: { start: '2020', end: 7 },
    },
    { entity: { reference: 'Patient/former' }, inactive: true },
    { entity: { reference: 'Practitioner/p' } },
    { entity: { reference: 'Group/nested' }, period: 'always' },
    { entity: { display: 'nobody' } },
    'none',
    null,
  ];
  const group = (id: string, more: object): string => JSON.stringify({ resourceType: 'Group', id, ...more });
  const from = source({
    'Group.ndjson': [
      group('g', {
        member: members,
        name: 'left out',
        meta: { lastUpdated: '2026-01-01T00:00:00Z', tag: [] },
      }),
      group('h', { active: false, member: members }),
      group('g', { member: 'none' }),
    ].join('\n'),
  });
  const store = createMemorySink();
  await buildAll(from, store);
  const found = [];
  for await (const one of indexedIds(opened(store).indexes, from).groups(new Set(['g', 'h', 'i'])))
    found.push(one);
  const kept = [members[0], members[1], { entity: { reference: 'Group/nested' } }];
  expect(found).toEqual([
    { resourceType: 'Group', id: 'g', meta: { lastUpdated: '2026-01-01T00:00:00Z' }, member: kept },
    { resourceType: 'Group', id: 'g', member: [] },
    { resourceType: 'Group', id: 'h', active: false, member: kept },
  ]);
});

test('that a group exists is known without reading its members, and so is that its neighbours do not', async () => {
  const member = Array.from({ length: 2_000 }, (_, n) => ({ entity: { reference: `Patient/p-${n}` } }));
  const large = (id: string): string => JSON.stringify({ resourceType: 'Group', id, member });
  const from = source({ 'Group.ndjson': ['c', 'a', 'b', '1'].map(large).join('\n') });
  const store = createMemorySink();
  await buildAll(from, store, SMALL);
  let readBytes = 0;
  const counting = {
    ...store,
    async *stream(...of: Parameters<Sink['stream']>) {
      for await (const chunk of store.stream(...of)) {
        readBytes += chunk.length;
        yield chunk;
      }
    },
  };
  const { indexes } = opened(counting);
  const inputs = await from.list('Group');
  const { missing: unknown } = await lookUpIds(indexes, from, 'Group', inputs, [
    '1',
    'a',
    'aa',
    'b',
    'c',
    'd',
    '0',
  ]);
  expect(unknown).toEqual(['aa', 'd', '0']);
  // The end of an index is read at once; the members are before it.
  expect(readBytes).toBeLessThanOrEqual(64 << 10);
});
