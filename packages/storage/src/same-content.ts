import { createHash } from 'node:crypto';
import { ObjectChangedError } from './errors.js';
import type { ObjectStore, ObjectVersion } from './sink.js';

/** An object as it was committed, with the hash of what it held. */
export interface CommittedVersion extends ObjectVersion {
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
}

/** Reads committed objects. */
export interface CommittedObjects {
  /**
   * Content of a committed object, as `ObjectStore.stream` gives it.
   *
   * @throws ObjectMissingError, ObjectChangedError as `ObjectStore.stream` does
   */
  stream(
    key: string,
    range: { readonly start: number; readonly end: number },
    version: CommittedVersion,
  ): AsyncIterable<Uint8Array>;
}

/** Objects whose content was compared and is remembered. One takes less than 1 kB. */
const REMEMBERED = 10_000;
/** Objects that are hashed at a time: each takes a good part of a processor. */
const HASHED_AT_ONCE = 2;

/**
 * Reads committed objects also from a store that has them under other tags: a folder that was restored by a tool that does not
 * keep the time of a file to the nanosecond, or a bucket to which objects were copied. An object of the right size with
 * another tag is read once and compared by its hash. It is then read under the tag that it had, so that
 * nothing comes out but what was committed.
 */
export function committedObjects(store: Pick<ObjectStore, 'stat' | 'stream'>): CommittedObjects {
  /** By key, hash and tag: whether the content is the committed one. */
  const compared = new Map<string, Promise<boolean>>();
  const waiting: (() => void)[] = [];
  let hashing = 0;

  async function isSame(key: string, version: CommittedVersion, found: ObjectVersion): Promise<boolean> {
    if (hashing >= HASHED_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else hashing += 1;
    try {
      const hash = createHash('sha256');
      for await (const chunk of store.stream(key, undefined, found)) hash.update(chunk);
      return hash.digest('hex') === version.sha256;
    } finally {
      const next = waiting.shift();
      if (next === undefined) hashing -= 1;
      else next();
    }
  }

  function compare(key: string, version: CommittedVersion, found: ObjectVersion): Promise<boolean> {
    const name = `${key} ${version.sha256} ${found.etag}`;
    const known = compared.get(name);
    if (known !== undefined) return known;
    const answer = isSame(key, version, found);
    compared.set(name, answer);
    answer.catch(() => compared.delete(name));
    const [oldest] = compared.keys();
    if (compared.size > REMEMBERED && oldest !== undefined) compared.delete(oldest);
    return answer;
  }

  /** The version that is stored, where it has the committed content. @throws `refusal` where it has another one */
  async function sameContent(
    key: string,
    version: CommittedVersion,
    refusal: ObjectChangedError,
  ): Promise<ObjectVersion> {
    const found = await store.stat(key);
    if (found === undefined || found.bytes !== version.bytes || found.etag === version.etag) throw refusal;
    const { bytes, etag } = found;
    if (await compare(key, version, { bytes, etag })) return { bytes, etag };
    throw refusal;
  }

  return {
    async *stream(key, range, version) {
      const chunks = store.stream(key, range, version)[Symbol.asyncIterator]();
      let first: IteratorResult<Uint8Array>;
      try {
        first = await chunks.next();
      } catch (error) {
        if (!(error instanceof ObjectChangedError)) throw error;
        yield* store.stream(key, range, await sameContent(key, version, error));
        return;
      }
      try {
        for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
      } finally {
        await chunks.return?.();
      }
    },
  };
}
