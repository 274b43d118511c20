import { describe, expect, test } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { pinAndReplace } from './pin-and-replace.js';
import { locationOn } from './s3-location.js';

const countOf = ({ requests }: S3TestServer, asked: string) =>
  requests.filter(({ operation }) => operation === asked).length;

describe('a pinned file in a bucket that keeps versions', () => {
  test('is read as it was pinned after it was replaced, and looked for once', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'], keepVersions: true });
    const { content, read } = await pinAndReplace(locationOn(server));
    expect((await read()).equals(content)).toBe(true);
    const looks = countOf(server, 'ListObjectVersions');
    expect((await read()).equals(content)).toBe(true);
    expect(countOf(server, 'ListObjectVersions')).toBe(looks);
  });

  test('is read after it was removed, and among versions of several pages', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'], keepVersions: true, pageSize: 2 });
    const { content, key, sink, read } = await pinAndReplace(locationOn(server), 5);
    await sink.remove([key]);
    expect((await read()).equals(content)).toBe(true);
  });

  test('is refused as changed where the client may not see versions', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'], keepVersions: true });
    const { read } = await pinAndReplace(locationOn(server));
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
  const { read } = await pinAndReplace(locationOn(server));
  await expect(read()).rejects.toThrow(/changed/);
});
