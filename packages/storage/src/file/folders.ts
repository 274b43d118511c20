import { mkdir, open, readdir, rmdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { errnoOf, isMissing } from './errno.js';

/** Creates a folder and those above it, by default for the owner only, and makes them outlast a power cut. */
export async function ensureFolder(folder: string, mode = 0o700): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode });
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}

export interface RootTerms {
  /** Rejects when the root is not the one that was meant. */
  requireRoot(): Promise<void>;
  /** Makes the names in a folder durable, in which a new one is. */
  readonly sync?: ((folder: string) => Promise<void>) | undefined;
}

/**
 * Creates a folder and those between it and a root. The root is looked at before anything is created right in it: where a
 * volume is not mounted any more, nothing is to be created. A folder below another one needs no look beforehand. That one
 * is not there where nothing is mounted.
 */
export async function ensureFolderBelow(
  root: string,
  folder: string,
  { requireRoot, sync = syncFolder }: RootTerms,
): Promise<void> {
  if (folder === root) return;
  const parent = dirname(folder);
  if (parent === root) {
    await requireRoot();
    return makeFolder(folder, sync);
  }
  try {
    await makeFolder(folder, sync);
  } catch (error) {
    // The first export of a tenant.
    if (!isMissing(error)) throw error;
    await ensureFolderBelow(root, parent, { requireRoot, sync });
    await makeFolder(folder, sync);
  }
}

/** One that is there is not an error. */
async function makeFolder(folder: string, sync: (folder: string) => Promise<void>): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    throw error;
  }
  await sync(dirname(folder));
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  using folder = openFolder(path);
  await folder.sync();
}

/** Opens a folder whose names are to be made durable, while other things are done. */
export function openFolder(path: string): { sync(): Promise<void> } & Disposable {
  const opened = open(path, 'r');
  // Told by `sync`; until then nobody may be listening.
  opened.catch(() => undefined);
  return {
    sync: async () => (await opened).sync(),
    // Nothing is written by it, and nobody waits for it.
    [Symbol.dispose]: () => void opened.then((handle) => handle.close()).catch(() => undefined),
  };
}

/**
 * Removes a folder if it holds no files, then the folders above it that became empty, but never the root.
 * Empty folders of workers that died before their first write do not keep it.
 */
export async function dropEmptyFolders(root: string, folder: string): Promise<void> {
  if (folder.startsWith(root + sep)) await dropHollowFolders(folder);
  for (let at = folder; at.startsWith(root + sep); at = dirname(at)) {
    if (!(await removeIfEmpty(at))) return;
  }
}

/** Removes the folders in a folder unless there is a file beside them. */
async function dropHollowFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(orNoEntries);
  if (!entries.every((entry) => entry.isDirectory())) return;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    await dropHollowFolders(path);
    await removeIfEmpty(path);
  }
}

/** False when the folder stays because there is something in it. */
async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (isMissing(error)) return true;
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function orNoEntries(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}
