import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ViewFile } from '../view-file.js';

/** Whether a file holds SQL, of which a Library is made. */
export function isSqlPath(path: string): boolean {
  return /[.]sql$/i.test(path);
}

/** The SQL files of folders come by themselves, by name; other files stay with their folder. */
export async function withSqlOfFolders(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const names = await readdir(path).catch(() => []);
      const sql = names.filter(isSqlPath).sort();
      const hasOthers = sql.length === 0 || names.some((name) => /[.](?:json|ya?ml)$/i.test(name));
      return [...sql.map((name) => join(path, name)), ...(hasOthers ? [path] : [])];
    }),
  );
  return found.flat();
}

/** Whether a file holds a Library, so that it is checked as one. */
export function isLibrary({ view }: ViewFile): boolean {
  return view['resourceType'] === 'Library';
}
