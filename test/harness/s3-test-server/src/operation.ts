import { notImplemented } from './s3-refusal.js';
import type { S3Request } from './s3-request.js';

/** Parameters that choose an operation come first; the others are those that it understands. */
const OPERATIONS = {
  CreateBucket: ['PUT bucket'],
  HeadBucket: ['HEAD bucket'],
  ListObjectsV2: [
    'GET bucket',
    'list-type',
    'prefix',
    'delimiter',
    'start-after',
    'continuation-token',
    'max-keys',
  ],
  ListObjectVersions: ['GET bucket', 'versions', 'prefix', 'key-marker', 'version-id-marker', 'max-keys'],
  ListMultipartUploads: ['GET bucket', 'uploads', 'prefix', 'key-marker', 'upload-id-marker', 'max-uploads'],
  DeleteObjects: ['POST bucket', 'delete'],
  UploadPart: ['PUT object', 'uploadId', 'partNumber'],
  PutObject: ['PUT object'],
  GetObject: [
    'GET object',
    undefined,
    'versionId',
    'response-content-type',
    'response-content-disposition',
    'response-content-encoding',
    'response-cache-control',
  ],
  HeadObject: ['HEAD object'],
  CreateMultipartUpload: ['POST object', 'uploads'],
  CompleteMultipartUpload: ['POST object', 'uploadId'],
  AbortMultipartUpload: ['DELETE object', 'uploadId'],
  DeleteObject: ['DELETE object'],
} as const satisfies Record<string, readonly [string, ...(string | undefined)[]]>;

export type S3Operation = keyof typeof OPERATIONS;

/** The operation that a request asks for. An unknown parameter is refused, not ignored. */
export function operationOf({ method, bucket, key, query }: S3Request): S3Operation {
  const target = `${method} ${key === '' ? 'bucket' : 'object'}`;
  const parameters = [...query.keys()].filter((name) => name !== 'x-id' && !name.startsWith('X-Amz-'));
  for (const [operation, [form, chosenBy, ...others]] of Object.entries(OPERATIONS)) {
    if (form !== target || bucket === '') continue;
    if (chosenBy !== undefined && !query.has(chosenBy)) continue;
    const known: readonly (string | undefined)[] = [chosenBy, ...others];
    if (parameters.every((name) => known.includes(name))) return operation as S3Operation;
  }
  throw notImplemented(`${target} with ${parameters.join() || 'no parameters'}`);
}
