import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, isMissing } from './errno.js';

/**
 * Opens a file of the store for reading. Symbolic links below the root are not followed: the store makes none, and one
 * that somebody else made could lead anywhere.
 *
 * @returns undefined when there is no file, or a link in its place
 */
export async function openStoreFile(root: string, key: string): Promise<FileHandle | undefined> {
  const path = join(root, key);
  let handle: FileHandle;
  try {
    if (!(await isPlainFolder(root, dirname(key)))) return undefined;
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

/** Whether no part of the path from the root to the folder is a symbolic link. The root itself may be one. */
export async function isPlainFolder(root: string, folder: string): Promise<boolean> {
  const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(join(root, folder))]);
  return realFolder === join(realRoot, folder);
}
