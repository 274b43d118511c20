import { objectOf } from './bucket-content.js';
import type { BucketContent, S3Object } from './bucket-content.js';
import type { S3Answer } from './s3-answer.js';
import { headerOf } from './s3-request.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal, notImplemented } from './s3-refusal.js';

export function putObject(bucket: BucketContent, request: S3Request, ignoreConditions: boolean): S3Answer {
  if (headerOf(request, 'x-amz-copy-source') !== undefined) throw notImplemented('CopyObject');
  if (!ignoreConditions) checkWriteConditions(bucket.objects.get(request.key), request);
  const object = objectOf(request.body, encryptionHeaders(request));
  bucket.put(request.key, object);
  return { status: 200, headers: { etag: object.etag, ...object.encryption } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function checkWriteConditions(existing: S3Object | undefined, request: S3Request): void {
  const ifNoneMatch = headerOf(request, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match with an ETag');
  if (ifNoneMatch !== undefined && existing) throw preconditionFailed('If-None-Match');
  const ifMatch = headerOf(request, 'if-match');
  if (ifMatch === undefined) return;
  if (!existing) throw noSuchKey(request.key);
  if (ifMatch !== existing.etag) throw preconditionFailed('If-Match');
}

export function getObject(bucket: BucketContent, request: S3Request): S3Answer {
  const object = askedFor(bucket, request);
  if (!object) throw noSuchKey(request.key);
  const { content, etag, modifiedAt, encryption } = object;
  const ifMatch = headerOf(request, 'if-match');
  if (ifMatch !== undefined && ifMatch !== etag) throw preconditionFailed('If-Match');
  const headers = {
    etag,
    'last-modified': modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
    ...namedHeaders(request),
    ...encryption,
  };
  if (headerOf(request, 'if-none-match') === etag) return { status: 304, headers };
  const range = headerOf(request, 'range');
  if (range === undefined) return { status: 200, headers, body: content };
  const { start, end } = parseRange(range, content.length);
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${content.length}` },
    body: content.subarray(start, end),
  };
}

function askedFor(bucket: BucketContent, { key, query }: S3Request): S3Object | undefined {
  const id = query.get('versionId');
  if (id === null) return bucket.objects.get(key);
  const version = bucket.versions?.get(key)?.find((kept) => kept.id === id);
  if (!version) throw new S3Refusal(404, 'NoSuchVersion', 'The specified version does not exist');
  return version.object;
}

/** Headers that a presigned address asks for. */
function namedHeaders({ query }: S3Request): Record<string, string> {
  const asked = [...query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(asked.map(([name, value]) => [name.slice('response-'.length), value]));
}

function parseRange(range: string, length: number): { start: number; end: number } {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === '' && last === '') throw notImplemented(`Range ${range}`);
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length : Math.min(Number(last) + 1, length);
  if (start >= length || end <= start) {
    throw new S3Refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
  }
  return { start, end };
}

export function deleteObject(bucket: BucketContent, request: S3Request): S3Answer {
  bucket.remove(request.key);
  return { status: 204 };
}

export function encryptionHeaders(request: S3Request): Record<string, string> {
  const names = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headerOf(request, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function noSuchKey(key: string): S3Refusal {
  return new S3Refusal(404, 'NoSuchKey', `The specified key does not exist: ${key}`);
}

function preconditionFailed(condition: string): S3Refusal {
  return new S3Refusal(412, 'PreconditionFailed', `The pre-condition ${condition} did not hold`);
}
