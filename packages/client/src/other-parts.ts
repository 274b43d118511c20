import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DownloadedFile } from './download.js';

/**
 * Files in the folder of a download that have the names of parts of its outputs but belong to another export.
 * A program that reads all parts of an output would read their rows too.
 */
export async function otherParts(
  folder: string,
  files: readonly DownloadedFile[],
): Promise<readonly string[]> {
  const outputs = new Set(files.map(({ output }) => output));
  const own = new Set(files.map(({ path }) => basename(path)));
  const names = await readdir(folder);
  return names
    .filter((name) => {
      const [, output] = /^(.+)\.part\d+\.(?:csv|ndjson|json|parquet)$/.exec(name) ?? [];
      return output !== undefined && outputs.has(output) && !own.has(name);
    })
    .sort()
    .map((name) => join(folder, name));
}
