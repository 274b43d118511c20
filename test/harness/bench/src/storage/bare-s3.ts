import { open } from 'node:fs/promises';
import type { S3 } from '@aws-sdk/client-s3';
import { writeBare } from './bare-file.js';

const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** An upload with nothing but the SDK: parts of a file, two at a time, without a hash of the whole. */
export async function uploadBare(
  s3: S3,
  object: { Bucket: string; Key: string },
  from: string,
): Promise<void> {
  const { UploadId } = await s3.createMultipartUpload(object);
  const upload = { ...object, UploadId };
  await using input = await open(from);
  const { size } = await input.stat();
  const count = Math.ceil(size / PART_BYTES);
  const tags: string[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    const part = Buffer.allocUnsafe(PART_BYTES);
    while (next < count) {
      const index = next;
      next += 1;
      const { bytesRead } = await input.read(part, 0, PART_BYTES, index * PART_BYTES);
      const Body = part.subarray(0, bytesRead);
      const sent = await s3.uploadPart({ ...upload, PartNumber: index + 1, Body, ContentLength: bytesRead });
      tags[index] = sent.ETag ?? '';
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, send));
  const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
  await s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
}

/** A download with nothing but the SDK, hashed, written and synced. Returns its hash. */
export async function downloadBare(
  s3: S3,
  object: { Bucket: string; Key: string },
  to: string,
): Promise<string> {
  const { Body } = await s3.getObject(object);
  return writeBare(Body as AsyncIterable<Uint8Array>, to);
}
