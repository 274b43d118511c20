import { once } from 'node:events';
import { types } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';
import { CorruptInputError, GzipRatioError } from '../errors.js';
import type { PinnedInput, Source } from '../source.js';

/** Decompressed bytes, and how many stored bytes have gone into all of them up to here. */
export interface InflatedChunk {
  readonly bytes: Buffer;
  readonly storedOffset: number;
}

/**
 * Content up to which nobody asks what it was stored in. Files of this size cost little, and small ones often repeat
 * a line or two.
 */
const UNASKED_BYTES = 64 << 20;

/**
 * Decompresses a whole pinned input of one or more gzip members, in the thread pool and a few chunks ahead.
 *
 * @throws CorruptInputError for input that is damaged or cut short
 * @throws GzipRatioError as soon as more came out of it than its pin lets
 */
export function gunzipInput(
  source: Source,
  input: PinnedInput,
  signal?: AbortSignal,
): AsyncGenerator<InflatedChunk, void, undefined> {
  const chunks = inflate(source.read(input, 0, input.bytes, signal), input.key, () => input.bytes);
  return input.gzipRatio === undefined ? chunks : withinRatio(chunks, input.key, input.gzipRatio);
}

async function* withinRatio(
  chunks: AsyncIterable<InflatedChunk>,
  key: string,
  ratio: number,
): AsyncGenerator<InflatedChunk, void, undefined> {
  let content = 0;
  for await (const chunk of chunks) {
    content += chunk.bytes.length;
    const stored = chunk.storedOffset;
    if (content > UNASKED_BYTES && content > ratio * stored)
      throw new GzipRatioError(key, ratio, { stored, content });
    yield chunk;
  }
}

/**
 * Decompresses chunks, however many there are.
 *
 * @throws CorruptInputError for what is damaged or cut short
 */
export async function* gunzipStream(
  chunks: AsyncIterable<Uint8Array>,
  key: string,
): AsyncGenerator<Buffer, void, undefined> {
  let fed = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      fed += chunk.length;
      yield chunk;
    }
  };
  for await (const { bytes } of inflate(counted(), key, () => fed)) yield bytes;
}

/** @param stored how many bytes there are, asked at the end */
async function* inflate(
  chunks: AsyncIterable<Uint8Array>,
  key: string,
  stored: () => number,
): AsyncGenerator<InflatedChunk, void, undefined> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const feeding = feed(gunzip, chunks);
  try {
    for await (const bytes of gunzip as AsyncIterable<Buffer>) {
      yield { bytes, storedOffset: gunzip.bytesWritten };
    }
    // After the last member zlib takes a zero byte for padding and ends without an error, even when it
    // is the damaged start of another member.
    const left = stored() - gunzip.bytesWritten;
    if (left > 0) {
      throw new CorruptInputError(
        key,
        `${left} bytes after stored offset ${gunzip.bytesWritten} are not gzip`,
      );
    }
  } catch (error) {
    if (isZlibError(error)) throw new CorruptInputError(key, error.message, { cause: error });
    throw error;
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** Never rejects: any failure is an error of the decompressor. */
async function feed(gunzip: Gunzip, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  // A decompressor that has ended never calls back for the rest of its input.
  const closed = once(gunzip, 'close').catch(() => undefined);
  try {
    for await (const chunk of chunks) {
      // The source reuses the chunk, so it must be consumed before the next one is pulled.
      const consumed = new Promise<void>((resolve) => gunzip.write(chunk, () => resolve()));
      await Promise.race([consumed, closed]);
      if (gunzip.destroyed) return;
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(types.isNativeError(error) ? error : new Error(String(error)));
  }
}

function isZlibError(error: unknown): error is Error {
  return types.isNativeError(error) && 'code' in error && String(error.code).startsWith('Z_');
}
