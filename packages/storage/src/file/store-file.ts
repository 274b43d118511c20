import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, isMissing } from './errno.js';
import type { StoreRoot } from './store-root.js';

/**
 * Opens a file of the store for reading. Symbolic links below the root are not followed.
 *
 * @returns undefined when there is no file, or a link in its place
 */
export async function openStoreFile(root: StoreRoot, key: string): Promise<FileHandle | undefined> {
  const path = join(root.path, key);
  let handle: FileHandle;
  try {
    if (!(await root.isPlain(dirname(key)))) return undefined;
    // Not waiting, should somebody have put a pipe there.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error) || errnoOf(error) === 'ELOOP') return undefined;
    throw error;
  }
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}
