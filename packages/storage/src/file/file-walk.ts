import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareKeys } from '../keys.js';
import type { ObjectEntry, ObjectVersion } from '../sink.js';
import { isMissing } from './errno.js';
import type { StoreRoot } from './store-root.js';

/** Files below `root` whose keys start with `prefix` (empty or ending with `/`), in key order after `after`. */
export async function* walkFiles(root: string, prefix: string, after: string): AsyncGenerator<ObjectEntry> {
  for (const key of (await entriesOf(join(root, prefix))).map((name) => prefix + name).sort(compareKeys)) {
    const isFolder = key.endsWith('/');
    const isBefore = compareKeys(key, after) <= 0;
    if (isFolder) {
      if (!isBefore || after.startsWith(key)) yield* walkFiles(root, key, after);
    } else if (!isBefore) {
      const entry = await fileEntry(root, key);
      if (entry) yield entry;
    }
  }
}

/** Undefined when there is no such file. A symbolic link does not count as a file. */
async function fileEntry(root: string, key: string): Promise<ObjectEntry | undefined> {
  try {
    const found = await lstat(join(root, key), { bigint: true });
    if (!found.isFile()) return undefined;
    return { key, ...versionOf(found), modifiedAt: found.mtime };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The same for a key that does not come from a walk: nothing on its way may be a link either. */
export async function findFile(root: StoreRoot, key: string): Promise<ObjectEntry | undefined> {
  try {
    return (await root.isPlain(dirname(key))) ? await fileEntry(root.path, key) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function versionOf(stats: BigIntStats): ObjectVersion {
  return { bytes: Number(stats.size), etag: fileEtag(stats) };
}

export function fileEtag(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}`;
}

/** Names in a folder. Names of folders end with `/`, as in the order of their keys. */
async function entriesOf(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // Removed since its parent was read.
    if (isMissing(error)) return [];
    throw error;
  }
  return entries.flatMap((entry) =>
    entry.isDirectory() ? [`${entry.name}/`] : entry.isFile() ? [entry.name] : [],
  );
}
