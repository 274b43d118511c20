import type { ViewFile } from '../view-file.js';

/** Whether a file holds SQL, of which a Library is made. */
export function isSqlPath(path: string): boolean {
  return /[.]sql$/i.test(path);
}

/** Whether a file holds a Library, so that it is checked as one. */
export function isLibrary({ view }: ViewFile): boolean {
  return view['resourceType'] === 'Library';
}
