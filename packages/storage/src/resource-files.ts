import { SourceUnavailableError } from './errors.js';
import { compareKeys } from './keys.js';

/** `Patient.ndjson`, `Observation.000.ndjson.gz`, `Observation/anything.ndjson`. */
const RESOURCE_FILE = /\.ndjson(\.gz)?$/;

export function isResourceFile(key: string): boolean {
  return RESOURCE_FILE.test(key) && !key.split('/').some((segment) => segment.startsWith('.'));
}

/** Name of the top folder, or of the file up to the first dot. */
export function resourceTypeOf(key: string): string {
  const [name = key] = key.split(key.includes('/') ? '/' : '.', 1);
  return name;
}

export function compressionOf(key: string): 'none' | 'gzip' {
  return key.endsWith('.gz') ? 'gzip' : 'none';
}

/**
 * Puts the files of one resource type into the order of their keys.
 *
 * @throws SourceUnavailableError when a file is there both plain and compressed: its rows would come twice
 */
export function inKeyOrder<File extends { readonly key: string }>(source: string, files: File[]): File[] {
  const keys = new Set(files.map((file) => file.key));
  for (const key of keys) {
    if (keys.has(`${key}.gz`)) {
      throw new SourceUnavailableError(source, `it has both ${key} and ${key}.gz: remove one of them`);
    }
  }
  return files.sort((a, b) => compareKeys(a.key, b.key));
}
