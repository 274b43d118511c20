import { Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { refuse } from '@millrace/protocol';
import { tooLong } from './read-body.js';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** How a body is decoded, or `identity`. @throws ProtocolError 415 */
export function encodingOf(contentEncoding = 'identity'): string {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === 'identity' || DECODERS.has(encoding)) return encoding;
  throw refuse(
    415,
    'not-supported',
    'the Content-Encoding of the body is not supported; gzip, deflate and br are',
  );
}

/**
 * Decodes a whole body, and gives it up as soon as it is longer than `mostBytes` or `take` throws. A few kilobytes may
 * become any number of bytes, and a decoder has megabytes of its own: the caller sees to it that few work at a time.
 *
 * @param take is given all bytes, in order
 * @throws ProtocolError 413, 400 for a body that ends early or is not encoded so; what `take` throws
 */
export async function decodeBody(
  pieces: readonly Uint8Array[],
  encoding: string,
  mostBytes: number,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const decoder = DECODERS.get(encoding)?.();
  if (decoder === undefined) throw new Error(`there is no decoder of ${encoding}`);
  let length = 0;
  try {
    for await (const bytes of Readable.from(pieces).pipe(decoder) as AsyncIterable<Buffer>) {
      length += bytes.length;
      if (length > mostBytes) throw tooLong(mostBytes);
      take(bytes);
    }
  } catch (error) {
    if (error !== decoder.errored) throw error;
    const diagnostics = `the body does not fit its Content-Encoding: it cannot be decoded as ${encoding}`;
    throw refuse(400, 'invalid', diagnostics);
  }
}
