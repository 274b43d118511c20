import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder that a store is in. */
export interface StoreRoot {
  readonly path: string;
  /**
   * Whether no part of the path from the root to the folder is a symbolic link: the store makes none, and one that
   * somebody else made could lead anywhere. The root itself may be one. Rejects where the folder is missing.
   */
  isPlain(folder: string): Promise<boolean>;
}

export function storeRoot(path: string): StoreRoot {
  let known: string | undefined;
  return {
    path,
    async isPlain(folder) {
      const real = await realpath(join(path, folder));
      if (known !== undefined && real === join(known, folder)) return true;
      // Not looked at yet, or the root leads elsewhere since.
      known = await realpath(path);
      return real === join(known, folder);
    },
  };
}
