import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { refuse } from '@millrace/protocol';
import { tooLong } from './read-body.js';

/** Gives no more than `maxOutputLength` bytes. */
type Decoder = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
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
 * Decodes a whole body. A few kilobytes may become any number of bytes, and a decoder has megabytes of its own: the caller
 * sees to it that few work at a time.
 *
 * @throws ProtocolError 413, 400 for a body that ends early or is not encoded so
 */
export async function decodeBody(
  bytes: Uint8Array,
  encoding: string,
  mostBytes: number,
): Promise<Uint8Array> {
  const decode = DECODERS.get(encoding);
  if (decode === undefined) return bytes;
  try {
    return await decode(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    const isTooLong = (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLong
      ? tooLong(mostBytes)
      : refuse(
          400,
          'invalid',
          `the body is not what its Content-Encoding says: it cannot be decoded as ${encoding}`,
        );
  }
}
