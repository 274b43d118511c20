import type { ObjectStore } from '@millrace/storage';
import { readTable } from './read-table.js';

/** Time for which files stay that a newer version has replaced: readers of older versions may still read them. */
const REPLACED_MS = 7 * 24 * 3_600_000;

export interface SweepTerms {
  readonly now: number;
  /** Age at which a file that no version names may go, in ms. */
  readonly unnamedMs: number;
  /** Whether an export may still commit the files that it has brought. */
  mayCommit(exportId: string): Promise<boolean>;
}

/**
 * The name of a file of an export in a table. It has the content in it, because an export that begins anew may make other files
 * of the same number. Sweeps remove no other names.
 *
 * @param sha256 of the file, in hexadecimal digits
 */
export function tableFileName(exportId: string, number: number, sha256: string): string {
  return `millrace-${exportId}-${number}-${sha256.slice(0, 16)}.parquet`;
}

/**
 * Removes the files of a table that no version of its log names, left by exports that ended before they could commit, and those
 * that were replaced a while ago. Files that are not named as ours are left alone.
 *
 * @returns how many were removed
 * @throws TableRefusedError for a log that cannot be read: nothing is removed then
 */
export async function sweepTable(
  store: Pick<ObjectStore, 'list' | 'read' | 'remove'>,
  table: string,
  { now, unnamedMs, mayCommit }: SweepTerms,
): Promise<number> {
  const candidates: {
    readonly key: string;
    readonly name: string;
    readonly exportId: string;
    readonly age: number;
  }[] = [];
  for await (const { key, modifiedAt } of store.list(`${table}/`)) {
    const name = key.slice(table.length + 1);
    const exportId = /^millrace-([^/]+)-\d+-[0-9a-f]{16}\.parquet$/.exec(name)?.[1];
    if (exportId !== undefined) candidates.push({ key, name, exportId, age: now - modifiedAt.getTime() });
  }
  if (candidates.length === 0) return 0;
  // Behind the listing: a file that is named since is seen to be named.
  const live = new Map<string, boolean>();
  for (const { exportId } of candidates)
    if (!live.has(exportId)) live.set(exportId, await mayCommit(exportId));
  const { files, removed } = await readTable(store, table);
  const gone = candidates.filter(({ name, exportId, age }) => {
    const path = encodeURI(name);
    if (files.has(path)) return false;
    const since = removed.get(path);
    if (since !== undefined) return now - since > REPLACED_MS;
    return age > unnamedMs && live.get(exportId) !== true;
  });
  await store.remove(gone.map(({ key }) => key));
  return gone.length;
}
