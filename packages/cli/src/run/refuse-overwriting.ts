import { fstat, stat } from 'node:fs';
import { promisify } from 'node:util';
import { UsageError } from '../errors.js';

/** A path, or the number of an open file. */
export type OutputFile = string | number;

/** Files that are read, by path. */
export interface ReadFiles {
  readonly inputs: readonly string[];
  readonly views: readonly string[];
}

/** @throws UsageError when an output is a file that is read, by whatever name */
export async function refuseOverwriting(outputs: readonly OutputFile[], read: ReadFiles): Promise<void> {
  const names = new Map<string, string>();
  const add = async (what: string, paths: readonly string[]): Promise<void> => {
    for (const path of paths) {
      const identity = await identityOf(path);
      if (identity !== undefined) names.set(identity, `the ${what} ${path}`);
    }
  };
  await add('input', read.inputs);
  await add('view', read.views);
  for (const output of outputs) {
    const found = names.get((await identityOf(output)) ?? '');
    if (found === undefined) continue;
    const name = typeof output === 'number' ? 'standard output' : output;
    throw new UsageError(`${name} is ${found}, which the output would overwrite: give another --out`);
  }
}

/** Undefined for an output that is not a file of its own. */
async function identityOf(file: OutputFile): Promise<string | undefined> {
  try {
    const found = typeof file === 'number' ? await promisify(fstat)(file) : await promisify(stat)(file);
    return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}
