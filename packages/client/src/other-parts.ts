import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadedFile } from './download.js';

/**
 * Files in the folder of a download, and in those of its partitions, that have the names of parts of its outputs but belong to
 * another export. A program that reads all parts of an output would read their rows too.
 */
export async function otherParts(
  folder: string,
  files: readonly DownloadedFile[],
): Promise<readonly string[]> {
  const outputs = new Set(files.map(({ output }) => output));
  const own = new Set(files.map(({ path }) => path));
  const found = await partsIn(folder, outputs);
  for (const output of outputs) {
    const inside = join(folder, output);
    for (const partition of await partitionsIn(inside))
      for (const part of await partsIn(join(inside, partition), new Set([output]))) found.push(part);
  }
  return found.filter((path) => !own.has(path)).sort();
}

async function partsIn(folder: string, outputs: ReadonlySet<string>): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => {
      const [, output] = /^(.+)\.part\d+\.(?:csv|ndjson|json|parquet)$/.exec(name) ?? [];
      return output !== undefined && outputs.has(output);
    })
    .map((name) => join(folder, name));
}

/** Names of the folders of partitions, such as `gender=male`. */
async function partitionsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory() && entry.name.includes('=')).map(({ name }) => name);
}
