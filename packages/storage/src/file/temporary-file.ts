import { randomUUID } from 'node:crypto';
import { link, open, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TEMPORARY_SUFFIX } from '../keys.js';
import { errnoOf, isMissing } from './errno.js';
import { openFolder } from './folders.js';

/** A file on its way: in the folder where it is going to be, under a name that nobody reads. */
export interface TemporaryFile {
  readonly id: string;
  readonly path: string;
  readonly handle: FileHandle;
}

/** Path of the temporary file `id` of `target`, or undefined when the id cannot be one of ours. */
export function temporaryPath(target: string, id: string): string | undefined {
  return /^[0-9a-f-]{36}$/.test(id) ? join(dirname(target), id + TEMPORARY_SUFFIX) : undefined;
}

/** Creates the folder of a file. */
export interface FolderMaking {
  /** Creates it where it is missing. */
  make(folder: string): Promise<void>;
  /** It is most likely missing: it is made before the file is tried. */
  readonly first?: boolean;
}

/**
 * @param folderMaking not given, the folder of the target must exist
 * @param mode of the file; by default its owner alone may read it
 * @returns undefined when the folder is missing and must exist
 */
export async function openTemporaryFile(
  target: string,
  folderMaking?: FolderMaking,
  mode = 0o600,
): Promise<TemporaryFile | undefined> {
  const id = randomUUID();
  const folder = dirname(target);
  const path = join(folder, id + TEMPORARY_SUFFIX);
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (folderMaking !== undefined && (attempt > 1 || folderMaking.first === true))
        await folderMaking.make(folder);
      return { id, path, handle: await open(path, 'wx', mode) };
    } catch (error) {
      // Node says ENOTDIR for a folder that goes under its mkdir.
      if (!isMissing(error)) throw error;
      if (folderMaking === undefined) return undefined;
      // Somebody removes the folder while it is still empty.
      if (attempt === FOLDER_ATTEMPTS) throw error;
    }
  }
}

const FOLDER_ATTEMPTS = 20;

/**
 * Closes a complete, synced file, and gives it its name if the name is free. `link` decides: it never overwrites, and of
 * any number of racers one succeeds. The temporary name goes in any case, and after the close: NFS keeps files that are
 * removed while they are open, under another name.
 *
 * @returns `gone` when the temporary file, or the folder with it, has been removed
 */
export async function publish(
  { path, handle }: TemporaryFile,
  target: string,
): Promise<'created' | 'exists' | 'gone'> {
  // The file in it keeps it where it is.
  using folder = openFolder(dirname(target));
  try {
    const [result] = await Promise.all([linkIfFree(path, target), handle.close()]);
    // The folder is synced also for the loser: a process that is told that the object exists may count on it.
    await Promise.all([removeFile(path), folder.sync()]);
    return result;
  } catch (error) {
    if (isMissing(error)) return 'gone';
    throw error;
  }
}

async function linkIfFree(path: string, target: string): Promise<'created' | 'exists'> {
  try {
    await link(path, target);
    return 'created';
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    // On network file systems a repeated request can fail although the first one made the link.
    return (await stat(path)).nlink === 2 ? 'created' : 'exists';
  }
}

/** A missing file is not an error. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
