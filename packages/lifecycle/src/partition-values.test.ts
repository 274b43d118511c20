import { expect, test } from '@jest/globals';
import type { Part } from '@millrace/export';
import { createMemorySink } from '@millrace/storage/memory';
import { byPartition, partitionsOf } from './partition-values.js';

const part = (key: string, list: string, at: number): Part => {
  return { subject: 0, key, rows: 1, bytes: 1, sha256: '', etag: '', partition: { list, at } };
};
const PARTS = [part('a', 'l1', 1), part('b', 'l2', 0), part('c', 'l1', 0), part('d', 'l2', 1)];

async function storeOf(lists: Readonly<Record<string, string>>) {
  const store = createMemorySink();
  for (const [key, content] of Object.entries(lists)) await store.createIfAbsent(key, Buffer.from(content));
  return store;
}

test('parts are by partition as lists tell it, and in their order within each', async () => {
  const store = await storeOf({
    l1: '{"schemaVersion":1,"values":["x",null]}',
    l2: '{"schemaVersion":1,"values":["x",null]}',
  });
  const partitionOf = await partitionsOf(store, PARTS);
  expect(PARTS.map(partitionOf)).toEqual([null, 'x', 'x', null]);
  expect(byPartition(PARTS, partitionOf).map(({ key }) => key)).toEqual(['a', 'd', 'b', 'c']);
});

test.each([
  ['is gone', { l1: '{"schemaVersion":1,"values":["x",null]}' }, 'l2 is gone'],
  [
    'has no value for a part',
    { l1: '{"schemaVersion":1,"values":["x"]}', l2: '{"schemaVersion":1,"values":["x"]}' },
    'no partition for the part a',
  ],
  ['is no JSON', { l1: 'Jane', l2: '{}' }, 'is no JSON'],
  ['is another object', { l1: '{"values":["Jane"]}', l2: '{}' }, 'has unexpected content'],
])('a list that %s is an error that shows no value', async (_, lists, why) => {
  const store = await storeOf(lists);
  const found = (async () => PARTS.map(await partitionsOf(store, PARTS)))();
  await expect(found).rejects.toThrow(why);
  await expect(found).rejects.not.toThrow('Jane');
});
