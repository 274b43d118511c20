import { createHash } from 'node:crypto';
import type { SpareBuffers } from './spare-buffers.js';

/** Gathers chunks of any size into blocks of one size and sends these on while more is gathered. */
export interface BlockWriter {
  /** Copies the chunk. Waits only while the maximum number of blocks is being written. */
  write(chunk: Uint8Array): Promise<void>;
  /** Sends the last block, which may be smaller and, if nothing was written, empty. Waits for all of them. */
  finish(): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Waits until nothing is on its way any more. Never rejects. */
  settle(): Promise<void>;
}

/**
 * @param limits `blocksAtOnce` counts the one that is being filled; blocks are as large as the buffers, which are given
 *   back at the end, except those of a writer that is not finished: something may still look at them
 * @param send stores the n-th block (from 0); the first failure is thrown by the next `write` or `finish`
 */
export function createBlockWriter(
  limits: { readonly blocksAtOnce: number; readonly buffers: SpareBuffers },
  send: (block: Uint8Array, n: number) => Promise<void>,
): BlockWriter {
  const { blocksAtOnce, buffers: spare } = limits;
  const { bytes: blockBytes } = spare;
  const hash = createHash('sha256');
  const sending = new Set<Promise<void>>();
  const free: Buffer[] = [];
  let buffers = 0;
  let filling: Buffer | undefined;
  let filled = 0;
  let blocks = 0;
  let bytes = 0;
  let failure: { readonly cause: unknown } | undefined;

  async function takeBuffer(): Promise<Buffer> {
    while (free.length === 0 && buffers >= blocksAtOnce) await Promise.race(sending);
    if (failure) throw failure.cause;
    const buffer = free.pop();
    if (buffer) return buffer;
    buffers += 1;
    return spare.take();
  }

  function dispatch(buffer: Buffer, length: number): void {
    const block = buffer.subarray(0, length);
    const sent = send(block, blocks)
      .catch((cause: unknown) => {
        failure ??= { cause };
      })
      .finally(() => {
        sending.delete(sent);
        free.push(buffer);
      });
    sending.add(sent);
    blocks += 1;
    bytes += length;
    // After sending, so that this thread computes while another one stores.
    hash.update(block);
  }

  return {
    async write(chunk) {
      if (failure) throw failure.cause;
      for (let at = 0; at < chunk.length;) {
        filling ??= await takeBuffer();
        const part = chunk.subarray(at, at + blockBytes - filled);
        filling.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < blockBytes) continue;
        dispatch(filling, filled);
        filling = undefined;
        filled = 0;
      }
    },
    async finish() {
      if (filling || blocks === 0) dispatch(filling ?? Buffer.alloc(0), filled);
      filling = undefined;
      filled = 0;
      await Promise.all(sending);
      if (failure) throw failure.cause;
      for (const buffer of free.splice(0)) spare.give(buffer);
      return { bytes, sha256: hash.digest('hex') };
    },
    async settle() {
      await Promise.all(sending);
    },
  };
}
