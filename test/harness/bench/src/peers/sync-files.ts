import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Has the disk take a file, or all files of a folder, so that every run ends with rows that a power cut leaves. */
export async function syncFiles(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    for (const name of await readdir(path)) await syncFiles(join(path, name));
    return;
  }
  await using file = await open(path, 'r+');
  await file.datasync();
}
