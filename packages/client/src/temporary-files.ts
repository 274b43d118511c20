import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './is-alive.js';

/** The name of a file while it is not whole: that of this process, so that two downloads into one folder do not meet. */
export function temporaryName(name: string): string {
  return `.${process.pid}.${name}.tmp`;
}

/** Removes files that processes left when they were killed. */
export async function removeLeftTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^\.(\d+)\..+\.tmp$/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}
