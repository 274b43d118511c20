import { describe, expect, test } from '@jest/globals';
import { createMemorySink } from '@millrace/storage/memory';
import { commitGeneration } from './commit-generation.js';
import { deltaSchema } from './delta-schema.js';
import type { Generation } from './plan-commit.js';
import { logKey, readTable } from './read-table.js';

const SCHEMA = deltaSchema([{ name: 'id', collection: false, parquetType: 'BYTE_ARRAY (STRING)' }]);
const generation = (writer: string, more: Partial<Generation> = {}): Generation => ({
  files: [{ name: `${writer}.parquet`, bytes: 10, rows: 2, partitionValues: {} }],
  schema: SCHEMA,
  partitionColumns: [],
  writer,
  at: 1000,
  ...more,
});
const allowed = async (): Promise<void> => undefined;

type Line = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function tableIn(store = createMemorySink()) {
  return {
    store,
    commit: (writer: string, more?: Partial<Generation>, may = allowed) =>
      commitGeneration(store, 't', generation(writer, more), may),
    put: (version: number, ...actions: readonly object[]) =>
      store.createIfAbsent(
        logKey('t', version),
        Buffer.from(actions.map((one) => JSON.stringify(one)).join('\n')),
      ),
    async log(version: number): Promise<readonly Line[]> {
      const bytes = await store.read(logKey('t', version));
      const text = Buffer.from(bytes ?? '').toString('utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
    },
  };
}

const kinds = (lines: readonly Line[]) => lines.flatMap((line) => Object.keys(line));
const one = (lines: readonly Line[], kind: string) => lines.find((line) => kind in line)?.[kind];

describe('a generation', () => {
  test('begins a table with its protocol, its columns and its files', async () => {
    const { commit, log } = tableIn();
    expect(await commit('a')).toBe(0);
    const lines = await log(0);
    expect(kinds(lines)).toEqual(['commitInfo', 'protocol', 'metaData', 'txn', 'add']);
    expect(one(lines, 'protocol')).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(one(lines, 'metaData')).toMatchObject({
      schemaString: SCHEMA,
      partitionColumns: [],
      configuration: {},
    });
    expect(one(lines, 'add')).toEqual({
      path: 'a.parquet',
      partitionValues: {},
      size: 10,
      modificationTime: 1000,
      dataChange: true,
      stats: '{"numRecords":2}',
    });
  });

  test('replaces the one before, and tells columns again only if they are others', async () => {
    const { commit, log } = tableIn();
    await commit('a');
    expect(await commit('b')).toBe(1);
    const lines = await log(1);
    expect(kinds(lines)).toEqual(['commitInfo', 'txn', 'remove', 'add']);
    expect(one(lines, 'remove')).toEqual({ path: 'a.parquet', deletionTimestamp: 1000, dataChange: true });
    const schema = deltaSchema([{ name: 'n', collection: true, parquetType: 'INT64' }]);
    await commit('c', { schema });
    const id = one(await log(0), 'metaData')?.['id'];
    expect(one(await log(2), 'metaData')).toMatchObject({ id, schemaString: schema });
  });

  test('that was committed already keeps its version, also when others came after it', async () => {
    const { commit } = tableIn();
    await commit('a');
    await commit('b');
    expect(await commit('a')).toBe(0);
    expect(await commit('c')).toBe(2);
  });

  test('of each of many racers gets a version of its own', async () => {
    const { store, commit } = tableIn();
    const writers = Array.from({ length: 12 }, (_, at) => `w${at}`);
    const versions = await Promise.all(writers.map((writer) => commit(writer)));
    expect(versions.toSorted((a, b) => a - b)).toEqual(writers.map((_, at) => at));
    const state = await readTable(store, 't');
    expect([...state.files]).toEqual([`w${versions.indexOf(11)}.parquet`]);
    expect(state.removed.size).toBe(11);
  });

  test('of more files than one version may have is refused, with those that it replaces', async () => {
    const { commit } = tableIn();
    const files = Array.from({ length: 30_000 }, (_, at) => {
      return { name: `${at}.parquet`, bytes: 1, rows: 1, partitionValues: {} };
    });
    expect(await commit('a', { files })).toBe(0);
    await expect(commit('b', { files })).rejects.toThrow(
      '60000 added and removed files; expected at most 50000',
    );
  });

  test('of a writer that may not any more is not committed', async () => {
    const { store, commit } = tableIn();
    await expect(commit('a', {}, async () => Promise.reject(new Error('fenced')))).rejects.toThrow('fenced');
    expect((await readTable(store, 't')).version).toBe(-1);
  });
});

describe('a table is refused, and nothing is written', () => {
  const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
  const metaData = { id: 'x', schemaString: SCHEMA, partitionColumns: [] };
  test.each([
    ['whose log begins late', 3, [protocol], 'lacks version 0'],
    [
      'that needs a newer reader',
      0,
      [{ protocol: { minReaderVersion: 3, minWriterVersion: 7 } }],
      'reader version 3',
    ],
    [
      'that is append-only',
      0,
      [protocol, { metaData: { ...metaData, configuration: { 'delta.appendOnly': 'true' } } }],
      'append-only',
    ],
    ['with a line that is no action', 0, [protocol, { add: 5 }], 'version 0 that is no action'],
  ])('%s', async (_, version, actions, reason) => {
    const { store, put, commit } = tableIn();
    await put(version, ...actions);
    await expect(commit('a')).rejects.toThrow(reason);
    expect(await store.read(logKey('t', version + 1))).toBeUndefined();
  });
});
