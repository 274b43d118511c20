import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder that takes no more when told so. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** A file system of that many megabytes; where it cannot be mounted, a folder whose permissions are taken away. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-disk-'));
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
  const filler = join(folder, 'filler');
  async function takeAll(): Promise<void> {
    for (let free = 1; free > 0;) {
      const { bavail, bsize } = await statfs(folder);
      free = bavail * bsize;
      // What was free a moment ago may have been taken by others.
      await writeFile(filler, Buffer.alloc(free), { flag: 'a' }).catch(() => undefined);
    }
  }
  return {
    folder,
    fill: isMounted ? takeAll : () => run('chmod', ['-R', 'a-w', folder]).then(() => undefined),
    free: isMounted ? () => rm(filler) : () => run('chmod', ['-R', 'u+w', folder]).then(() => undefined),
    async [Symbol.asyncDispose]() {
      if (isMounted) await run('umount', ['-l', folder]);
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
