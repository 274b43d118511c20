import type { FileHandle } from 'node:fs/promises';

/** Bytes that may wait for the writes before them. */
const MOST_WAITING_BYTES = 16 << 20;

/** Writes to a file, of which many become one. */
export interface GatheredWrites {
  /**
   * Takes a chunk, which is the writer's from then on. Resolves when more may come.
   *
   * @throws what an earlier chunk could not be written for
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when all chunks are written. @throws what one of them could not be written for */
  end(): Promise<void>;
}

/**
 * Writes one batch of chunks at a time; what comes meanwhile is the next one. A thread that also evaluates lines comes back to
 * a write after some milliseconds only: one write for each chunk would be slower than the evaluation.
 */
export function gatherWrites(handle: Pick<FileHandle, 'writev' | 'writeFile'>): GatheredWrites {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      waitingBytes = 0;
      await writeBatch(handle, batch);
    }
    writing = undefined;
  }

  return {
    async write(chunk) {
      if (failure !== undefined) throw failure.error;
      if (chunk.length === 0) return;
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (writing === undefined) {
        writing = writeAll();
        writing.catch((error: unknown) => (failure = { error }));
      }
      if (waitingBytes > MOST_WAITING_BYTES) await writing;
    },
    end: async () => writing,
  };
}

async function writeBatch(
  handle: Pick<FileHandle, 'writev' | 'writeFile'>,
  batch: readonly Uint8Array[],
): Promise<void> {
  let { bytesWritten: written } = await handle.writev(batch);
  // A full disk or a signal may cut it short; these writes then say why, or go on.
  for (const chunk of batch) {
    if (written < chunk.length) await handle.writeFile(chunk.subarray(written));
    written = Math.max(0, written - chunk.length);
  }
}
