import { randomUUID } from 'node:crypto';
import { md5, timeOfChange } from './bucket-content.js';
import type { BucketContent, OpenUpload } from './bucket-content.js';
import { checkWriteConditions, encryptionHeaders } from './objects.js';
import type { Quirks } from './quirks.js';
import { xmlAnswer } from './s3-answer.js';
import type { S3Answer } from './s3-answer.js';
import { headerOf } from './s3-request.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal } from './s3-refusal.js';
import { elementsOf, textOf } from './xml.js';

const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

export function createMultipartUpload(bucket: BucketContent, request: S3Request): S3Answer {
  const { key } = request;
  // Ids of real servers have characters that need encoding, so these do.
  const id = `2~${randomUUID()}._-+/=`;
  const encryption = encryptionHeaders(request);
  bucket.uploads.set(id, { id, key, initiatedAt: timeOfChange(), encryption, parts: new Map() });
  return xmlAnswer('InitiateMultipartUploadResult', [
    ['Bucket', request.bucket],
    ['Key', key],
    ['UploadId', id],
  ]);
}

export function uploadPart(bucket: BucketContent, request: S3Request, { sparse }: Quirks): S3Answer {
  const upload = uploadOf(bucket, request);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw new S3Refusal(400, 'InvalidArgument', `Part number must be 1 to ${MAX_PARTS}`);
  }
  const etag = `"${md5(request.body)}"`;
  upload.parts.set(number, { content: sparse ? zeros(request.body.length) : request.body, etag });
  const crc = headerOf(request, 'x-amz-checksum-crc32');
  return { status: 200, headers: { etag, ...(crc === undefined ? {} : { 'x-amz-checksum-crc32': crc }) } };
}

export function completeMultipartUpload(
  bucket: BucketContent,
  request: S3Request,
  { ignoreConditions, omitCompletedTag, sparse }: Quirks,
): S3Answer {
  const upload = uploadOf(bucket, request);
  const parts = namedParts(upload, request.body.toString());
  if (!ignoreConditions) checkWriteConditions(bucket.objects.get(upload.key), request);
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.slice(1, -1), 'hex')));
  const etag = `"${md5(digests)}-${parts.length}"`;
  bucket.put(upload.key, {
    content: sparse
      ? zeros(parts.reduce((sum, { content }) => sum + content.length, 0))
      : Buffer.concat(parts.map(({ content }) => content)),
    etag,
    modifiedAt: timeOfChange(),
    encryption: upload.encryption,
  });
  bucket.uploads.delete(upload.id);
  return xmlAnswer('CompleteMultipartUploadResult', [
    ['Bucket', request.bucket],
    ['Key', upload.key],
    ...(omitCompletedTag ? [] : [['ETag', etag] as const]),
  ]);
}

let allZeros = Buffer.alloc(0);

/** Zeros that all objects share. */
function zeros(length: number): Buffer {
  if (allZeros.length < length) allZeros = Buffer.alloc(length);
  return allZeros.subarray(0, length);
}

/** The parts that the request names, if they are there, in order and large enough. */
function namedParts(upload: OpenUpload, document: string) {
  const named = elementsOf(document, 'Part').map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: textOf(part, 'ETag') ?? '',
  }));
  if (named.length === 0) throw new S3Refusal(400, 'MalformedXML', 'The XML you provided has no parts');
  return named.map(({ number, etag }, n) => {
    const part = upload.parts.get(number);
    if (!part || part.etag.replaceAll('"', '') !== etag.replaceAll('"', '')) {
      throw new S3Refusal(400, 'InvalidPart', `Part ${number} could not be found`);
    }
    if (n > 0 && number <= (named[n - 1]?.number ?? 0)) {
      throw new S3Refusal(400, 'InvalidPartOrder', 'The list of parts was not in ascending order');
    }
    if (n < named.length - 1 && part.content.length < MIN_PART_BYTES) {
      throw new S3Refusal(400, 'EntityTooSmall', `Part ${number} has ${part.content.length} bytes`);
    }
    return part;
  });
}

export function abortMultipartUpload(bucket: BucketContent, request: S3Request): S3Answer {
  bucket.uploads.delete(uploadOf(bucket, request).id);
  return { status: 204 };
}

function uploadOf(bucket: BucketContent, { key, query }: S3Request): OpenUpload {
  const upload = bucket.uploads.get(query.get('uploadId') ?? '');
  if (upload?.key === key) return upload;
  throw new S3Refusal(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
}
