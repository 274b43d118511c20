import { expect, test } from '@jest/globals';
import { createMemorySink } from '@millrace/storage/memory';
import { commitGeneration } from './commit-generation.js';
import { deltaSchema } from './delta-schema.js';
import { sweepTable, tableFileName } from './sweep-table.js';
import { tablesIn } from './tables-in.js';

const DAY = 24 * 3_600_000;
const nameOf = (exportId: string): string => tableFileName(exportId, 1, '0123456789abcdef'.repeat(4));

test('a sweep removes files that no version names and those that were replaced a week ago, and no others', async () => {
  const store = createMemorySink();
  const put = (name: string) => store.createIfAbsent(`t/${name}`, Buffer.from('x'));
  const commit = async (exportId: string, at: number) => {
    const name = nameOf(exportId);
    await put(name);
    const files = [{ name, bytes: 1, rows: 1, partitionValues: {} }];
    const schema = deltaSchema([{ name: 'id', collection: false, parquetType: 'INT32' }]);
    const given = { files, schema, partitionColumns: [], writer: exportId, at };
    await commitGeneration(store, 't', given, async () => undefined);
  };
  const now = Date.now();
  await commit('old', now - 20 * DAY);
  await commit('older', now - 9 * DAY);
  await commit('newer', now - DAY);
  for (const name of [nameOf('dead'), nameOf('running'), 'of-others.parquet']) await put(name);
  const left = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of store.list('t/')) if (!key.includes('/_')) found.push(key.slice(2));
    return found;
  };
  const terms = { unnamedMs: 60_000, mayCommit: async (id: string) => id === 'running' };
  expect(await sweepTable(store, 't', { ...terms, now })).toBe(1);
  expect(await left()).not.toContain(nameOf('old'));
  expect(await sweepTable(store, 't', { ...terms, now: now + 120_000 })).toBe(1);
  expect(await left()).toEqual(
    ['of-others.parquet', ...['newer', 'older', 'running'].map((id) => nameOf(id))].toSorted(),
  );
});

test('the tables of a destination are found by a page of its listing for each', async () => {
  const store = createMemorySink();
  for (const key of ['a/1', 'a/2', 'b/_delta_log/0', 'b-c/1', 'file'])
    await store.createIfAbsent(key, Buffer.from(''));
  const found: string[] = [];
  for await (const table of tablesIn(store)) found.push(table);
  expect(found.toSorted()).toEqual(['a', 'b', 'b-c']);
});
