import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { InputChangedError } from '../errors.js';
import type { PinnedInput } from '../source.js';

/** What changes whenever a file is written to or replaced: its mtime in nanoseconds and its inode. */
export function fileVersion(stats: BigIntStats): string {
  return `${stats.mtimeNs}-${stats.ino}`;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads `[start, end)` of a file and proves that all of it belongs to the pinned version: the open file is
 * compared with the pin before the first byte and after the last one. While a chunk is being used, the next
 * one is read into the other of two buffers.
 */
export async function* readPinnedFile(
  path: string,
  input: PinnedInput,
  range: { readonly start: number; readonly end: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const { start, end, signal } = range;
  signal?.throwIfAborted();
  const handle = await open(path, 'r');
  try {
    await checkPin(handle, input);
    const size = Math.min(CHUNK_BYTES, end - start);
    const buffers = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)] as const;
    const fill = (at: number, buffer: Buffer) => {
      const reading = readAt(handle, buffer.subarray(0, end - at), at);
      // Nobody awaits it when the consumer stops early.
      reading.catch(() => undefined);
      return reading;
    };
    let [current, other] = buffers;
    let ahead = start < end ? fill(start, current) : undefined;
    for (let at = start; ahead !== undefined;) {
      const length = await ahead;
      if (length === 0) await refuseShortFile(handle, input);
      at += length;
      ahead = at < end ? fill(at, other) : undefined;
      yield current.subarray(0, length);
      signal?.throwIfAborted();
      [current, other] = [other, current];
    }
    await checkPin(handle, input);
  } finally {
    // Waits for a read that is still under way.
    await handle.close();
  }
}

async function readAt(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return bytesRead;
}

async function checkPin(handle: FileHandle, input: PinnedInput): Promise<void> {
  const found = await handle.stat({ bigint: true });
  const was = `${input.bytes} bytes, version ${input.version}`;
  const is = `${found.size} bytes, version ${fileVersion(found)}`;
  if (was !== is) throw new InputChangedError(input.key, was, is);
}

async function refuseShortFile(handle: FileHandle, input: PinnedInput): Promise<never> {
  await checkPin(handle, input);
  throw new InputChangedError(input.key, `${input.bytes} bytes`, 'fewer');
}
