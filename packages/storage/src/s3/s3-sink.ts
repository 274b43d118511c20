import { ObjectChangedError, ObjectMissingError, StoreUnavailableError } from '../errors.js';
import { checkKey, checkPrefix, checkStoredKey, isTemporaryKey } from '../keys.js';
import { requireVersion, wholeRange } from '../object-version.js';
import { reasonOf } from '../reason.js';
import type { ObjectEntry, ObjectVersion, Sink } from '../sink.js';
import type { S3Location } from '../store-config.js';
import { createConditionally, createGuarded } from './create-object.js';
import { encryptionOf } from './encryption.js';
import { unquoted } from './etag.js';
import { listEntries } from './list-objects.js';
import { readObject } from './read-object.js';
import { removeObjects } from './remove-objects.js';
import { createBucket } from './s3-client.js';
import { isNoObject, refusalOf, unavailable } from './s3-errors.js';
import { abortUpload, createPartBuffers, createS3Upload } from './s3-upload.js';

/** Objects in a bucket. Parts are multipart uploads from their first byte, so that each has an id to abort it by. */
export function createS3Sink(location: S3Location): Sink {
  const buffers = createPartBuffers();
  const at = createBucket(location);
  const encryption = encryptionOf(location);
  const create = location.conditionalPut === 'emulated' ? createGuarded : createConditionally;
  const objectOf = (key: string) => ({ Bucket: at.bucket, Key: at.prefix + key });

  async function stat(key: string): Promise<ObjectEntry | undefined> {
    checkStoredKey(key);
    if (isTemporaryKey(key)) return undefined;
    const s3 = await at.connect();
    try {
      const { ContentLength = 0, ETag, LastModified = new Date() } = await s3.headObject(objectOf(key));
      return { key, bytes: ContentLength, etag: unquoted(ETag), modifiedAt: LastModified };
    } catch (error) {
      if (isNoObject(error)) return undefined;
      throw unavailable('stat', key, error);
    }
  }

  async function* stream(
    key: string,
    range?: { start: number; end: number },
    version?: ObjectVersion,
  ): AsyncGenerator<Uint8Array> {
    checkStoredKey(key);
    if (isTemporaryKey(key)) throw new ObjectMissingError(key);
    if (range && range.end <= range.start) {
      if (version) requireVersion(key, await stat(key), version);
      return;
    }
    const chunks = readObject(at, at.prefix + key, range ?? { start: 0 }, { etag: version?.etag });
    try {
      yield* version ? wholeRange(key, chunks, range ?? { start: 0, end: version.bytes }, version) : chunks;
    } catch (error) {
      if (error instanceof ObjectChangedError) throw error;
      const status = refusalOf(error)?.status;
      if (version && (status === 412 || status === 416))
        throw new ObjectChangedError(key, version, reasonOf(error));
      if (status === 416) return;
      throw isNoObject(error) ? new ObjectMissingError(key) : unavailable('stream', key, error);
    }
  }

  return {
    async open(key) {
      checkKey(key);
      const s3 = await at.connect();
      const object = objectOf(key);
      const { UploadId: uploadId } = await s3
        .createMultipartUpload({ ...object, ...encryption })
        .catch((error: unknown) => {
          throw unavailable('open', key, error);
        });
      if (uploadId === undefined) throw new StoreUnavailableError('open', key, 'it gave no upload id');
      const putEmpty = async () => {
        const { ETag } = await s3.putObject({ ...object, ...encryption, Body: '', ContentLength: 0 });
        return unquoted(ETag);
      };
      return createS3Upload({ s3, object, key, uploadId, buffers, putEmpty });
    },

    async abort(key, uploadId) {
      checkKey(key);
      await abortUpload(await at.connect(), objectOf(key), key, uploadId);
    },

    async createIfAbsent(key, body) {
      checkKey(key);
      const object = { ...objectOf(key), ...encryption, Body: body, ContentLength: body.length };
      return await create(await at.connect(), key, object);
    },

    async read(key) {
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of stream(key)) chunks.push(chunk);
      } catch (error) {
        if (error instanceof ObjectMissingError) return undefined;
        throw error;
      }
      return Buffer.concat(chunks);
    },

    stat,

    stream,

    async *list(prefix, after = '') {
      checkPrefix(prefix);
      yield* listEntries(at, prefix, after);
    },

    remove: (keys) => removeObjects(at, keys),
  };
}
