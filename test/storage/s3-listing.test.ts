import { expect, it } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import { openSink, openSource, removePrefix } from '@millrace/storage';
import { keysOf } from '@millrace/storage/contract';
import { locationOn } from './s3-location.js';

const NAMES = Array.from({ length: 2345 }, (_, n) => String(n).padStart(5, '0'));
const OBJECT = { content: Buffer.from('{}\n'), etag: '"1"', modifiedAt: new Date(0), encryption: {} };

it('lists and removes 5,000 parts of 50 GB, a thousand with each request', async () => {
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const keys = Array.from({ length: 5000 }, (_, n) => `t/e/${String(n).padStart(5, '0')}.csv`);
  const part = { ...OBJECT, content: Buffer.alloc(10_000_000) };
  for (const key of ['a/b/t/e2/1.csv', ...keys.map((key) => `a/b/${key}`)])
    server.bucket('bucket').put(key, part);
  const sink = openSink(locationOn(server));
  expect(await keysOf(sink.list('t/e/'))).toEqual(keys);
  expect(await keysOf(sink.list('t/e/', keys[1500]))).toEqual(keys.slice(1501));
  const before = server.requests.length;
  expect(await removePrefix(sink, 't/e/')).toBe(5000);
  const operations = server.requests.slice(before).map(({ operation }) => operation);
  expect(operations.filter((operation) => operation === 'ListObjectsV2').length).toBe(5);
  expect(operations.filter((operation) => operation === 'DeleteObjects').length).toBe(5);
  expect(await keysOf(sink.list(''))).toEqual(['t/e2/1.csv']);
});

it('lists more open uploads than one answer has', async () => {
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const { uploads } = server.bucket('bucket');
  for (const id of NAMES) {
    uploads.set(id, {
      id,
      key: `a/b/t/${id}.csv`,
      initiatedAt: new Date(0),
      encryption: {},
      parts: new Map(),
    });
  }
  server.bucket('bucket').put('a/b/t/00000.csv', OBJECT);
  const listed = await keysOf(openSink(locationOn(server)).list('t/'));
  expect(listed).toEqual(['t/00000.csv', ...NAMES.map((id) => `t/${id}.csv+${id}.incomplete`)]);
});

it('pins more inputs than one answer has', async () => {
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const keys = NAMES.map((name) => `Patient/${name}.ndjson`);
  for (const key of keys) server.bucket('bucket').put(`a/b/${key}`, OBJECT);
  const source = openSource({ ...locationOn(server), name: 'main', fhirVersion: 'R4' });
  expect((await source.list('Patient')).map(({ key }) => key)).toEqual(keys);
});
