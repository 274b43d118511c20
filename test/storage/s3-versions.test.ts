import { describe, expect, test } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { openSink, openSource } from '@millrace/storage';
import { collect, patternOf } from '@millrace/storage/contract';
import { locationOn } from './s3-location.js';

const CONTENT = patternOf(20_000_000);
const KEY = 'Patient.ndjson';

/** A source whose file is pinned, and then has another content. */
async function replaced(server: S3TestServer, times = 1) {
  const location = locationOn(server);
  const sink = openSink(location);
  const put = async (content: Uint8Array) => {
    await sink.remove([KEY]);
    await sink.createIfAbsent(KEY, content);
  };
  await put(CONTENT);
  const source = openSource({ ...location, name: 'main', fhirVersion: 'R4' });
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  for (let n = 0; n < times; n += 1) await put(Buffer.from(`{"n":${n}}\n`));
  return { sink, read: async () => collect(source.read(input, 0, input.bytes)) };
}

const countOf = ({ requests }: S3TestServer, asked: string) =>
  requests.filter(({ operation }) => operation === asked).length;

describe('a pinned file in a bucket that keeps versions', () => {
  test('is read as it was pinned after it was replaced, and looked for once', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'], keepVersions: true });
    const { read } = await replaced(server);
    expect((await read()).equals(CONTENT)).toBe(true);
    const looks = countOf(server, 'ListObjectVersions');
    expect((await read()).equals(CONTENT)).toBe(true);
    expect(countOf(server, 'ListObjectVersions')).toBe(looks);
  });

  test('is read after it was removed, and among versions of several pages', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'], keepVersions: true, pageSize: 2 });
    const { sink, read } = await replaced(server, 5);
    await sink.remove([KEY]);
    expect((await read()).equals(CONTENT)).toBe(true);
  });

  test('is refused as changed where the client may not see versions', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'], keepVersions: true });
    const { read } = await replaced(server);
    server.faults.inject(
      'ListObjectVersions',
      { kind: 'refuse', status: 403, code: 'AccessDenied' },
      { times: 9 },
    );
    await expect(read()).rejects.toThrow(/changed/);
  });
});

test('a pinned file that was replaced in a bucket without versions is refused as changed', async () => {
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const { read } = await replaced(server);
  await expect(read()).rejects.toThrow(/changed/);
});
