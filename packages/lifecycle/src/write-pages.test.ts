import { describe, expect, test } from '@jest/globals';
import type { ExportRequest, Part, Plan } from '@millrace/export';
import { createMemorySink } from '@millrace/storage/memory';
import { gatherFiles } from './gather-files.js';
import { rememberArtefacts } from './remembered-artefacts.js';
import { findPageFile, storedPages } from './stored-pages.js';
import { isPageDue, writePages } from './write-pages.js';

const REQUEST: ExportRequest = {
  schemaVersion: 1,
  id: 'e',
  tenant: 't',
  client: 'c',
  operation: 'export',
  source: 's',
  format: 'ndjson',
  header: false,
  fhirVersion: 'R4',
  acceptedAt: '2026-11-28T00:00:00.000Z',
  subjects: ['Patient', 'Observation'].map((name) => ({ kind: 'resources', name, resourceType: name })),
  bulk: { version: 3, request: 'r', level: 'system', ignored: [], allowPartialManifests: true },
};

const planOf = (shards: number): Plan => ({
  inputs: [],
  passes: [],
  stages: [
    Array.from({ length: shards }, (_, at) => {
      return { kind: 'copy' as const, pass: 0, input: 0, start: at, end: at + 1 };
    }),
  ],
  outputs: [{ stage: 0 }, { stage: 0 }],
  notices: [],
});

/** The parts that shards have committed, as `subject/key` texts; undefined while a shard is not done. */
type Done = readonly (readonly string[] | undefined)[];

/** A process over a store that others may share, and a job store that they may not. */
async function open(done: Done, store = createMemorySink()) {
  await store.createIfAbsent('t/e/request.json', Buffer.from('{}'));
  const toPart = (text: string): Part => {
    return { subject: Number(text.split('/')[0]), key: text, rows: 1, bytes: 1, sha256: '', etag: '' };
  };
  const asked: string[] = [];
  const jobs = {
    doneParts: async (_: string, steps: readonly string[]) => {
      asked.push(...steps);
      const found = steps.map((step) => done[Number(step.replace('shard-', ''))]);
      const open = found.indexOf(undefined);
      return (open < 0 ? found : found.slice(0, open)).map((keys) => (keys ?? []).map(toPart));
    },
    parts: () => Promise.reject(new Error('the pages have the files')),
  };
  const ports = { jobs, store, artefacts: rememberArtefacts(store, 1) };
  const pages = async () =>
    (await storedPages(rememberArtefacts(store, 1), REQUEST)).map(({ files }) => files.map(({ key }) => key));
  return { store, ports, asked, pages };
}

const keysOf = (files: readonly (readonly Part[])[]) => files.map((some) => some.map(({ key }) => key));

describe('pages while an export runs', () => {
  test('have the files of shards that are done, up to the first that is not', async () => {
    const { ports, pages } = await open([['0/a', '1/x'], ['0/b'], undefined, ['0/d']]);
    await writePages(ports, REQUEST, planOf(4));
    expect(await pages()).toEqual([['0/a', '1/x', '0/b']]);
    await writePages(ports, REQUEST, planOf(4));
    expect(await pages()).toHaveLength(1);
  });

  test('go on where the one before ended, and name files as the manifest will', async () => {
    const { store, ports } = await open([['0/a', '1/x'], undefined, ['0/c']]);
    await writePages(ports, REQUEST, planOf(3));
    const later = await open([['0/a', '1/x'], ['0/b'], ['0/c', '1/y']], store);
    await writePages(later.ports, REQUEST, planOf(3));
    expect(await later.pages()).toEqual([
      ['0/a', '1/x'],
      ['0/b', '0/c', '1/y'],
    ]);
    for (const [name, key] of [
      ['Patient.part1.ndjson', '0/a'],
      ['Patient.part2.ndjson', '0/b'],
      ['Patient.part3.ndjson', '0/c'],
      ['Observation.part2.ndjson', '1/y'],
    ] as const)
      expect(await findPageFile(ports.artefacts, REQUEST, REQUEST.subjects, name)).toMatchObject({
        name,
        key,
      });
    for (const name of ['Patient.part4.ndjson', 'Patient.part0.ndjson', 'Group.part1.ndjson', 'x', '../a'])
      expect(await findPageFile(ports.artefacts, REQUEST, REQUEST.subjects, name)).toBeUndefined();
  });

  test('are not written without files, nor without a share of a large export', async () => {
    const empty = await open([[], [], undefined]);
    await writePages(empty.ports, REQUEST, planOf(3));
    expect(await empty.pages()).toEqual([]);
    const large = await open([['0/a'], ['0/b']]);
    await writePages(large.ports, REQUEST, planOf(300));
    expect(await large.pages()).toEqual([]);
    const more = await open([['0/a'], ['0/b'], ['0/c']]);
    await writePages(more.ports, REQUEST, planOf(300));
    expect(await more.pages()).toEqual([['0/a', '0/b', '0/c']]);
  });

  test('are bounded in files and in shards, and are few', async () => {
    const many = Array.from({ length: 6 }, (_, shard) =>
      Array.from({ length: 400 }, (_, at) => `0/${shard}-${at}`),
    );
    const full = await open(many);
    await writePages(full.ports, REQUEST, planOf(6));
    expect((await full.pages()).map(({ length }) => length)).toEqual([1200, 1200]);
    const empty = await open(Array.from({ length: 2_500 }, () => []));
    await writePages(empty.ports, REQUEST, planOf(2_500));
    expect((await empty.pages()).map(({ length }) => length)).toEqual([0, 0]);
    const due = Array.from({ length: 100_000 }, (_, shard) => shard).filter((at) => isPageDue(planOf1, at));
    expect(due).toHaveLength(400);
  });

  const planOf1 = planOf(100_000);

  test('of two processes at once are those of the first, and the other goes on behind it', async () => {
    const first = await open([['0/a'], undefined]);
    const second = await open([['0/a'], ['0/b']], first.store);
    await Promise.all([
      writePages(first.ports, REQUEST, planOf(2)),
      writePages(second.ports, REQUEST, planOf(2)),
    ]);
    await writePages(second.ports, REQUEST, planOf(2));
    expect((await first.pages()).flat()).toEqual(['0/a', '0/b']);
  });
});

describe('the files of the manifest', () => {
  test('are those of the pages, and the rest is in pages before it is decided', async () => {
    const { ports, pages } = await open([['0/a'], ['1/x'], [], ['0/b']]);
    expect(await gatherFiles(ports, REQUEST, planOf(4))).toEqual({
      files: [
        [expect.objectContaining({ key: '0/a' }), expect.objectContaining({ key: '0/b' })],
        [expect.objectContaining({ key: '1/x' })],
      ],
      pages: 1,
    });
    expect(await pages()).toEqual([['0/a', '1/x', '0/b']]);
  });

  test('are those that clients may have, where shards ran again because Redis was lost', async () => {
    const before = await open([['0/a'], undefined, undefined]);
    await writePages(before.ports, REQUEST, planOf(3));
    const again = await open([['0/again', '0/in-other-cuts'], ['0/b'], ['1/x']], before.store);
    const { files } = await gatherFiles(again.ports, REQUEST, planOf(3));
    expect(keysOf(files)).toEqual([['0/a', '0/b'], ['1/x']]);
  });

  test('are final: a process of before that is late adds no page', async () => {
    const late = await open([['0/late'], ['0/late-too']]);
    const { store, ports, pages } = await open([['0/a'], ['0/b']], late.store);
    await gatherFiles(ports, REQUEST, planOf(2));
    await writePages(late.ports, REQUEST, planOf(2));
    expect(await pages()).toEqual([['0/a', '0/b']]);
    expect(keysOf((await gatherFiles({ ...late.ports, store }, REQUEST, planOf(2))).files)).toEqual([
      ['0/a', '0/b'],
      [],
    ]);
  });

  test('are not gathered while a shard is not done', async () => {
    const { ports } = await open([['0/a'], undefined]);
    await expect(gatherFiles(ports, REQUEST, planOf(2))).rejects.toThrow('shard 1 of export e is not done');
  });
});
