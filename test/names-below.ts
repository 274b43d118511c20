import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** The names of files and folders below a folder, from which services remove some meanwhile. */
export async function namesBelow(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    // A folder that was there when its parent was read is gone: what is left is read again.
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(folder);
    if (isGone) return namesBelow(folder);
    throw error;
  }
}
