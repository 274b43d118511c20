import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './is-alive.js';

/** The name of a file while it is not whole: that of this process, so that two downloads into one folder do not meet. */
export function temporaryName(name: string): string {
  return `.${process.pid}.${name}.tmp`;
}

/**
 * Takes over files that processes left in the middle when they ended, under the names of this process, and removes those of
 * other files.
 *
 * @param names of the files that are wanted
 */
export async function takeLeftTemporaries(folder: string, names: ReadonlySet<string>): Promise<void> {
  const present = await readdir(folder);
  const taken = new Set(present);
  for (const left of present) {
    const [, pid, name = ''] = /^\.(\d+)\.(.+)\.tmp$/.exec(left) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const own = temporaryName(name);
    if (!names.has(name) || taken.has(own)) {
      await rm(join(folder, left), { force: true });
      continue;
    }
    await rename(join(folder, left), join(folder, own));
    taken.add(own);
  }
}
