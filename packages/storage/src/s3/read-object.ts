import { setTimeout as delay } from 'node:timers/promises';
import { quoted, unquoted } from './etag.js';
import type { Bucket } from './s3-client.js';

export interface ObjectRange {
  readonly start: number;
  /** Default: the end of the object. */
  readonly end?: number;
}

const ATTEMPTS_WITHOUT_PROGRESS = 5;
const FIRST_PAUSE_MS = 100;

/**
 * Content of one version of an object. A body that breaks off is asked for again from where it was.
 *
 * @param key with the bucket's prefix
 * @param given the version; by default the one that is found first. One with an id need not be the newest
 * @throws the SDK's errors: 412 when the version is another one, 404 when there is no object, 416 when it ends
 *   before the range begins
 */
export async function* readObject(
  { bucket, connect }: Bucket,
  key: string,
  range: ObjectRange,
  given: { readonly etag?: string | undefined; readonly versionId?: string | undefined } = {},
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const s3 = await connect();
  let version = given.etag;
  let at = range.start;
  let end = range.end;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    const isWhole = at === 0 && end === undefined;
    const response = await s3.getObject(
      {
        Bucket: bucket,
        Key: key,
        ...(given.versionId === undefined ? {} : { VersionId: given.versionId }),
        ...(isWhole ? {} : { Range: `bytes=${at}-${end === undefined ? '' : end - 1}` }),
        ...(version === undefined ? {} : { IfMatch: quoted(version) }),
      },
      signal ? { abortSignal: signal } : {},
    );
    const found = unquoted(response.ETag);
    // Not every server knows `If-Match`.
    if (version !== undefined && found !== version) throw new OtherVersionError(found);
    version = found;
    // A range may be longer than the object.
    end = at + (response.ContentLength ?? 0);
    const before = at;
    let failure: unknown;
    try {
      for await (const chunk of response.Body as AsyncIterable<Uint8Array>) {
        at += chunk.length;
        yield chunk;
      }
      failure = new Error(`the body of ${key} ended at ${at} instead of ${end}`);
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
    }
    if (at >= end) return;
    failures = at > before ? 1 : failures + 1;
    if (failures >= ATTEMPTS_WITHOUT_PROGRESS) throw failure;
    await delay(FIRST_PAUSE_MS * 2 ** failures * Math.random(), undefined, signal ? { signal } : {});
  }
}

/** The error that 412 stands for, found out by comparing. */
class OtherVersionError extends Error {
  override readonly name = 'OtherVersionError';
  readonly $metadata = { httpStatusCode: 412 };

  constructor(found: string) {
    super(`the object has ETag ${found}`);
  }
}
