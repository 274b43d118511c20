import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { objectOf } from './bucket-content.js';
import { startS3TestServer } from './start-s3-test-server.js';
import type { S3TestServer } from './start-s3-test-server.js';

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A presigned GET, put together by hand from the documentation. */
function presigned(
  server: S3TestServer,
  path: string,
  { age = 0, expires = 60, secret = 'test-secret' },
): string {
  const date = new Date(Date.now() - age * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const scope = `${day}/us-east-1/s3/aws4_request`;
  const query = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encodeURIComponent(`test-key/${scope}`)}`,
    `X-Amz-Date=${date}`,
    `X-Amz-Expires=${expires}`,
    'X-Amz-SignedHeaders=host',
  ].join('&');
  const host = new URL(server.endpoint).host;
  const canonical = ['GET', path, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const key = [day, 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, hash].join('\n')).toString('hex');
  return `${server.endpoint}${path}?${query}&X-Amz-Signature=${signature}`;
}

async function serverWithObject(): Promise<S3TestServer> {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  server.bucket('bucket').put('a.csv', objectOf(Buffer.from('rows')));
  return server;
}

describe('signatures at the S3 test server', () => {
  it('lets a presigned link pass until it expires', async () => {
    await using server = await serverWithObject();
    const valid = await fetch(presigned(server, '/bucket/a.csv', { age: 50 }));
    expect([valid.status, await valid.text()]).toEqual([200, 'rows']);
    const expired = await fetch(presigned(server, '/bucket/a.csv', { age: 61 }));
    expect([expired.status, await expired.text()]).toEqual([
      403,
      expect.stringContaining('Request has expired'),
    ]);
  });

  it.each([
    [
      'with another secret',
      (server: S3TestServer) => presigned(server, '/bucket/a.csv', { secret: 'other' }),
    ],
    [
      'for another object',
      (server: S3TestServer) => presigned(server, '/bucket/b.csv', {}).replace('b.csv', 'a.csv'),
    ],
    [
      'with a longer life than it was signed for',
      (server: S3TestServer) => presigned(server, '/bucket/a.csv', {}).replace('Expires=60', 'Expires=61'),
    ],
    ['with nothing', (server: S3TestServer) => `${server.endpoint}/bucket/a.csv`],
  ])('refuses a request that is signed %s', async (_title, url) => {
    await using server = await serverWithObject();
    expect((await fetch(url(server))).status).toBe(403);
  });

  it('refuses parameters that it does not know', async () => {
    await using server = await serverWithObject();
    expect((await fetch(`${server.endpoint}/bucket/a.csv?acl`)).status).toBe(501);
  });
});
