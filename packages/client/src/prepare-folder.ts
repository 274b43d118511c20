import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { FileWriteError, FolderInUseError } from './errors.js';

/**
 * Makes the folder of a download, before anything is asked of a server: a folder that takes no files is found out at once.
 *
 * @throws FolderInUseError when something else is there; FileWriteError when it cannot be made or written to
 */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await stat(folder)).isDirectory()) return await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw new FileWriteError(folder, error);
  }
  throw new FolderInUseError(
    `${folder} is no folder, or is below a file; give a folder, which is made if it is not there`,
  );
}
