import { dirname } from 'node:path';
import { createBlockWriter } from '../block-writer.js';
import { ObjectExistsError, UploadLostError } from '../errors.js';
import type { StoredObject, Upload } from '../sink.js';
import type { SpareBuffers } from '../spare-buffers.js';
import { fileEtag } from './file-walk.js';
import { dropEmptyFolders } from './folders.js';
import { publish, removeFile } from './temporary-file.js';
import type { TemporaryFile } from './temporary-file.js';

/**
 * Blocks between two syncs. The disk works while the engine computes, and a commit has little to wait for: one sync of
 * 32 MB at the commit blocked the thread for 30 ms.
 */
const BLOCKS_BETWEEN_SYNCS = 4;

/**
 * Writes to a temporary file and links it to its name at commit.
 *
 * @param buffers what is written at once has their size
 * @param guard wraps each call to the file system, to give its errors a meaning
 */
export function createFileUpload(
  at: { readonly root: string; readonly key: string; readonly target: string },
  file: TemporaryFile,
  buffers: SpareBuffers,
  guard: <Result>(operation: string, key: string, call: () => Promise<Result>) => Promise<Result>,
): Upload {
  const { root, key, target } = at;
  const { id, path, handle } = file;
  const blocks = createBlockWriter({ buffers, blocksAtOnce: 2 }, async (block, n) => {
    let written = 0;
    while (written < block.length) {
      const position = n * buffers.bytes + written;
      written += (await handle.write(block, written, block.length - written, position)).bytesWritten;
    }
    if (n % BLOCKS_BETWEEN_SYNCS === BLOCKS_BETWEEN_SYNCS - 1) syncing ??= syncEarly();
  });
  let syncing: Promise<void> | undefined;
  let syncFailure: { readonly cause: unknown } | undefined;
  let isOver = false;

  /** Never rejects: a disk tells of a fault once, so that it is kept for the commit. */
  async function syncEarly(): Promise<void> {
    try {
      await handle.datasync();
    } catch (cause) {
      syncFailure ??= { cause };
    }
    syncing = undefined;
  }

  async function commit(): Promise<StoredObject> {
    if (isOver) throw new UploadLostError(key, id);
    const { bytes, sha256 } = await blocks.finish();
    await syncing;
    if (syncFailure) throw syncFailure.cause;
    await handle.sync();
    const etag = fileEtag(await handle.stat({ bigint: true }));
    const result = await publish(file, target);
    if (result === 'gone') throw new UploadLostError(key, id);
    if (result === 'exists') throw new ObjectExistsError(key);
    isOver = true;
    return { key, bytes, sha256, etag };
  }

  async function abort(): Promise<void> {
    if (isOver) return;
    isOver = true;
    await blocks.settle();
    await syncing;
    await handle.close();
    await removeFile(path);
    await dropEmptyFolders(root, dirname(path));
  }

  const guardedAbort = () => guard('abort', key, abort);
  return {
    id,
    async write(chunk) {
      if (isOver) throw new UploadLostError(key, id);
      await guard('write', key, () => blocks.write(chunk));
    },
    commit: () => guard('commit', key, commit),
    abort: guardedAbort,
    [Symbol.asyncDispose]: guardedAbort,
  };
}
