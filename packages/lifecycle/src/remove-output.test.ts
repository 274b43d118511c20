import { expect, test } from '@jest/globals';
import { attemptPrefix, exportObjectKey, tablePrefix } from '@millrace/export';
import type { Manifest } from '@millrace/export';
import { createMemorySink } from '@millrace/storage/memory';
import { removeLateOutput } from './remove-output.js';

const lease = { exportId: 'e', step: 'shard-0', token: '1', nonce: 'n' } as const;
const part = `${attemptPrefix('default', lease)}1.ndjson`;
const rows = `${tablePrefix('default', lease, 'r1')}1.parquet`;
const others = `default/e/shard-0/2-m/1.ndjson`;
const rowsOfOthers = `default/e/tables/r1/shard-0-2-m-1.parquet`;

async function stored(objects: Readonly<Record<string, string>>) {
  const store = createMemorySink();
  for (const key of [part, rows, others, rowsOfOthers]) await store.createIfAbsent(key, Buffer.from('{}\n'));
  for (const [key, body] of Object.entries(objects)) await store.createIfAbsent(key, Buffer.from(body));
  return { store, has: async (key: string) => (await store.stat(key)) !== undefined };
}
const key = (name: 'request' | 'manifest' | 'deleted') => exportObjectKey('default', 'e', name);

test('an export that was deleted: only the output of the attempt itself is removed', async () => {
  for (const objects of [{}, { [key('request')]: '{}', [key('deleted')]: '{}' }]) {
    const { store, has } = await stored(objects);
    await removeLateOutput(store, 'default', lease);
    expect([await has(part), await has(others)]).toEqual([false, true]);
    expect([await has(rows), await has(rowsOfOthers)]).toEqual([false, true]);
  }
});

test('an export that Redis lost and that can be rebuilt: nothing is removed', async () => {
  const { store, has } = await stored({ [key('request')]: '{}' });
  await removeLateOutput(store, 'default', lease);
  expect([await has(part), await has(others)]).toEqual([true, true]);
});

test('an export that Redis lost after it was completed: the files of its result stay', async () => {
  const at = new Date(0).toISOString();
  const file = { name: 'rows.part1.ndjson', key: part, rows: 1, bytes: 3, sha256: 's', etag: 't' };
  const manifest: Manifest = {
    schemaVersion: 1,
    exportId: 'e',
    tenant: 'default',
    client: 'anonymous',
    writtenBy: 'm',
    acceptedAt: at,
    endedAt: at,
    expiresAt: at,
    skippedLines: 0,
    notices: [],
    outcome: 'completed',
    outputs: [{ name: 'rows', files: [file], engine: 'codegen' }],
  };
  const { store, has } = await stored({
    [key('request')]: '{}',
    [key('manifest')]: JSON.stringify(manifest),
  });
  await removeLateOutput(store, 'default', lease);
  expect([await has(part), await has(others)]).toEqual([true, false]);
});
