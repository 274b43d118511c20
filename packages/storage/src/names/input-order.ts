import { SourceUnavailableError } from '../errors.js';
import { compareKeys } from '../keys.js';

/**
 * Puts the files of one resource type into the order of their keys.
 *
 * @throws SourceUnavailableError when a file is there both plain and compressed: its rows would come twice
 */
export function inKeyOrder<File extends { readonly key: string }>(source: string, files: File[]): File[] {
  const byPlainName = new Map<string, string>();
  for (const { key } of files) {
    const plain = key.replace(/\.gz$/i, '');
    const other = byPlainName.get(plain);
    if (other !== undefined) {
      const [first, second] = [key, other].sort(compareKeys);
      throw new SourceUnavailableError(source, `it has both ${first} and ${second}: remove one`);
    }
    byPlainName.set(plain, key);
  }
  return files.sort((a, b) => compareKeys(a.key, b.key));
}
