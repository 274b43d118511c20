import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileWriteError, FolderInUseError } from './errors.js';
import { isAlive } from './is-alive.js';

const LOCK_FILE = '.millrace-lock';

/**
 * Keeps other downloads on this machine out of a folder until it is disposed of. A lock of a process that is no more is
 * taken over.
 *
 * @throws FolderInUseError, FileWriteError
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, LOCK_FILE);
  const pid = await ownerOf(path);
  if (pid !== undefined && isAlive(pid)) {
    throw new FolderInUseError(
      `process ${pid} exports into ${folder}; wait for it or end it (if it is another program, remove ${path})`,
    );
  }
  if (pid !== undefined) await rm(path, { force: true });
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new FileWriteError(path, error);
    throw new FolderInUseError(
      `another download into ${folder} has just begun; give each a folder of its own`,
    );
  }
  return {
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(path, 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
