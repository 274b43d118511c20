import { findVersion } from './find-version.js';
import { readObject } from './read-object.js';
import type { ObjectRange } from './read-object.js';
import type { Bucket } from './s3-client.js';
import { refusalOf } from './s3-errors.js';

/** The object has another tag, is gone, or is shorter. */
const ANOTHER_VERSION: readonly (number | undefined)[] = [404, 412, 416];
/** Replaced objects whose version ids are remembered. One takes less than 2 kB. */
const REMEMBERED = 1000;

/** Reads what an object held when it was pinned. @throws as `readObject` */
export type ReadPinned = (
  key: string,
  range: ObjectRange,
  etag: string,
  signal?: AbortSignal,
) => AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Reads objects by their tags. One that was replaced or removed since is read by its version id where the bucket keeps
 * versions, which is looked for only then: buckets without versions cost no request, and the rights for them are needed by
 * those who want this.
 */
export function createPinnedReader(at: Bucket): ReadPinned {
  const replaced = new Map<string, string>();

  return async function* readPinned(key, range, etag, signal) {
    const pin = `${etag} ${key}`;
    let start = range.start;
    const rest = (versionId?: string) =>
      readObject(at, key, { ...range, start }, { etag, versionId }, signal);
    const known = replaced.get(pin);
    if (known !== undefined) return yield* rest(known);
    try {
      for await (const chunk of rest()) {
        start += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (!ANOTHER_VERSION.includes(refusalOf(error)?.status)) throw error;
      const found = await findVersion(at, key, etag, signal);
      if (found === undefined) throw error;
      if (replaced.size === REMEMBERED) replaced.clear();
      replaced.set(pin, found);
      yield* rest(found);
    }
  };
}
