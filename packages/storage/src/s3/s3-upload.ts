import type { CompletedPart, S3 } from '@aws-sdk/client-s3';
import { createBlockWriter } from '../block-writer.js';
import { StoreUnavailableError, UploadLostError } from '../errors.js';
import type { StoredObject, Upload } from '../sink.js';
import { createSpareBuffers } from '../spare-buffers.js';
import type { SpareBuffers } from '../spare-buffers.js';
import { unquoted } from './etag.js';
import { isNoObject, isNoUpload, unavailable } from './s3-errors.js';

// Of at least 5 MiB. Three at once are 24 MiB of memory.
const PART_BYTES = 8 * 1024 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
/** An object in a bucket has no more bytes: they are sent in parts of one size, whatever their number will be. */
export const MOST_S3_BYTES = MOST_PARTS * PART_BYTES;
const PARTS_AT_ONCE = 3;
const PARTS_KEPT = 4;

/** The parts of all uploads of a sink, as far as they are worth keeping. */
export function createPartBuffers(): SpareBuffers {
  return createSpareBuffers(PART_BYTES, PARTS_KEPT);
}

export interface UploadTarget {
  readonly s3: S3;
  /** `Bucket` and `Key` as the server knows them. */
  readonly object: { readonly Bucket: string; readonly Key: string };
  /** Key as the sink's callers know it. */
  readonly key: string;
  readonly uploadId: string;
  readonly buffers: SpareBuffers;
  /** Stores an object without content, which a multipart upload cannot do everywhere. */
  readonly putEmpty: () => Promise<string>;
}

/** Writes the parts of a multipart upload, some at a time. */
export function createS3Upload({ s3, object, key, uploadId, buffers, putEmpty }: UploadTarget): Upload {
  const upload = { ...object, UploadId: uploadId };
  const stop = new AbortController();
  const parts: CompletedPart[] = [];
  let isOver = false;

  const blocks = createBlockWriter({ buffers, blocksAtOnce: PARTS_AT_ONCE }, async (block, n) => {
    if (block.length === 0) return;
    const part = { PartNumber: n + 1, Body: block, ContentLength: block.length };
    try {
      const { ETag, ChecksumCRC32 } = await s3.uploadPart(
        { ...upload, ...part },
        { abortSignal: stop.signal },
      );
      parts[n] = {
        PartNumber: n + 1,
        ...(ETag === undefined ? {} : { ETag }),
        ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }),
      };
    } catch (error) {
      throw isNoUpload(error) ? new UploadLostError(key, uploadId) : unavailable('write', key, error);
    }
  });

  async function commit(): Promise<StoredObject> {
    if (isOver) throw new UploadLostError(key, uploadId);
    const { bytes, sha256 } = await blocks.finish();
    const etag = bytes === 0 ? await commitEmpty() : await complete(bytes);
    isOver = true;
    return { key, bytes, sha256, etag };
  }

  async function complete(bytes: number): Promise<string> {
    try {
      const { ETag } = await s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: parts } });
      if (unquoted(ETag) !== '') return unquoted(ETag);
    } catch (error) {
      const etag = isNoUpload(error) ? await etagIfStored(bytes) : undefined;
      if (etag !== undefined) return etag;
      throw isNoUpload(error) ? new UploadLostError(key, uploadId) : unavailable('commit', key, error);
    }
    // The Ceph gateway leaves the tag out of this answer, and without it no later read could tell another version.
    const etag = await etagIfStored(bytes);
    if (etag !== undefined) return etag;
    throw new StoreUnavailableError('commit', key, `it took the upload, but has no object of ${bytes} bytes`);
  }

  /** Nobody else writes this key: when it is there with all its bytes, this upload has been completed. */
  async function etagIfStored(bytes: number): Promise<string | undefined> {
    try {
      const { ContentLength, ETag } = await s3.headObject(object);
      return ContentLength === bytes ? unquoted(ETag) : undefined;
    } catch (error) {
      if (isNoObject(error)) return undefined;
      throw unavailable('commit', key, error);
    }
  }

  async function commitEmpty(): Promise<string> {
    try {
      await s3.abortMultipartUpload(upload);
      return await putEmpty();
    } catch (error) {
      throw isNoUpload(error) ? new UploadLostError(key, uploadId) : unavailable('commit', key, error);
    }
  }

  async function abort(): Promise<void> {
    if (isOver) return;
    isOver = true;
    stop.abort();
    // A part that is stored after the abort would stay.
    await blocks.settle();
    await abortUpload(s3, object, key, uploadId);
  }

  return {
    id: uploadId,
    async write(chunk) {
      if (isOver) throw new UploadLostError(key, uploadId);
      await blocks.write(chunk);
    },
    commit,
    abort,
    [Symbol.asyncDispose]: abort,
  };
}

/** An upload that is not there is not an error. */
export async function abortUpload(
  s3: S3,
  object: UploadTarget['object'],
  key: string,
  uploadId: string,
): Promise<void> {
  try {
    await s3.abortMultipartUpload({ ...object, UploadId: uploadId });
  } catch (error) {
    if (!isNoUpload(error)) throw unavailable('abort', key, error);
  }
}
