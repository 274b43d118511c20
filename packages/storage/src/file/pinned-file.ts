import { readSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { InputChangedError } from '../errors.js';
import type { PinnedInput } from '../source.js';
import { createSpareBuffers } from '../spare-buffers.js';
import { ALWAYS_AHEAD, createReadPace } from './read-pace.js';

/**
 * The version of a file: its mtime in nanoseconds and its inode. It changes whenever the file is written or
 * replaced.
 */
export function fileVersion(stats: BigIntStats): string {
  return `${stats.mtimeNs}-${stats.ino}`;
}

const CHUNK_BYTES = 1024 * 1024;
/** For the readers of this thread, which come one after the other. */
const chunks = createSpareBuffers(CHUNK_BYTES, 2);

/** A range of a file, and how it may be read. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether a read may hold up the thread, for threads on which nothing else waits. Default: no. */
  readonly mayBlock?: boolean | undefined;
}

/**
 * Reads `[start, end)` of a file and proves that all of it belongs to the pinned version: the open file is
 * compared with the pin before the first byte and after the last one. Where memory does not have the file, the next
 * chunk is read into the other of two buffers while a chunk is being used.
 *
 * @throws InputChangedError, and the errors of the file system
 */
export async function* readPinnedFile(
  path: string,
  input: PinnedInput,
  { start, end, signal, mayBlock = false }: FileRange,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const handle = await open(path, 'r');
  const isShort = end - start < CHUNK_BYTES;
  const take = (): Buffer => (isShort ? Buffer.allocUnsafeSlow(end - start) : chunks.take());
  let current = take();
  let other: Buffer | undefined;
  try {
    await checkPin(handle, input);
    const pace = mayBlock ? createReadPace() : ALWAYS_AHEAD;
    let ahead: Promise<number> | undefined;
    for (let at = start; at < end;) {
      let length: number;
      if (ahead === undefined && pace.direct) {
        const startedAt = performance.now();
        length = readSync(handle.fd, current, 0, Math.min(current.length, end - at), at);
        pace.readDirectly(length, performance.now() - startedAt);
      } else {
        length = await (ahead ?? fill(handle, current.subarray(0, end - at), at));
        pace.readAhead();
      }
      if (length === 0) await refuseShortFile(handle, input);
      at += length;
      ahead = undefined;
      if (!pace.direct && at < end) {
        other ??= take();
        ahead = fill(handle, other.subarray(0, end - at), at);
      }
      yield current.subarray(0, length);
      signal?.throwIfAborted();
      if (ahead !== undefined && other !== undefined) [current, other] = [other, current];
    }
    await checkPin(handle, input);
  } finally {
    // Waits for a read that is still under way.
    await handle.close();
    chunks.give(current);
    if (other) chunks.give(other);
  }
}

function fill(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  const reading = readAt(handle, buffer, position);
  // Nobody awaits it when the consumer stops early.
  reading.catch(() => undefined);
  return reading;
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
