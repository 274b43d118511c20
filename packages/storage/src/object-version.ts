import { ObjectChangedError, ObjectMissingError } from './errors.js';
import type { ObjectVersion } from './sink.js';

/**
 * @throws ObjectMissingError when there is no object
 * @throws ObjectChangedError when it is another version
 */
export function requireVersion(key: string, found: ObjectVersion | undefined, version: ObjectVersion): void {
  if (found === undefined) throw new ObjectMissingError(key);
  if (found.bytes === version.bytes && found.etag === version.etag) return;
  throw new ObjectChangedError(key, version, `${found.bytes} bytes with tag ${found.etag}`);
}

/**
 * The chunks, as long as they are as many bytes as the range has.
 *
 * @throws ObjectChangedError when they end early
 */
export async function* wholeRange(
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  range: { readonly start: number; readonly end: number },
  version: ObjectVersion,
): AsyncGenerator<Uint8Array> {
  let at = range.start;
  for await (const chunk of chunks) {
    at += chunk.length;
    yield chunk;
  }
  if (at < range.end) throw new ObjectChangedError(key, version, `that its content ends at byte ${at}`);
}
