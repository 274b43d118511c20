import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './errno.js';
import { MARKER_KEY, requireMarker } from '../identity/store-marker.js';
import type { ObjectStore } from '../sink.js';

/**
 * A check that a folder is still the store with this id. The marker is read anew only where it is another file than the
 * last time: by its device, inode, size and time, which cost one call of the file system.
 *
 * @returns a check that throws StoreUnavailableError where the marker is missing or has another id
 */
export function watchMarker(root: string, id: string, store: Pick<ObjectStore, 'read'>): () => Promise<void> {
  const path = join(root, MARKER_KEY);
  let known: string | undefined;
  return async () => {
    const found = await identityOf(path);
    if (found !== undefined && found === known) return;
    known = undefined;
    await requireMarker(store, id);
    known = found;
  };
}

/** Undefined where there is no file. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs } = await lstat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join(' ');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
