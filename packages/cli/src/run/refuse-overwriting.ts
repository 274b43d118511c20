import { fstat, stat } from 'node:fs';
import { promisify } from 'node:util';
import { UsageError } from '../errors.js';

/** A path, or the number of an open file. */
export type OutputFile = string | number;

/** @throws UsageError when an output is one of the inputs, by whatever name */
export async function refuseOverwriting(
  outputs: readonly OutputFile[],
  inputs: readonly string[],
): Promise<void> {
  const names = new Map<string, string>();
  for (const input of inputs) {
    const identity = await identityOf(input);
    if (identity !== undefined) names.set(identity, input);
  }
  for (const output of outputs) {
    const input = names.get((await identityOf(output)) ?? '');
    if (input === undefined) continue;
    const name = typeof output === 'number' ? 'standard output' : output;
    throw new UsageError(`${name} is the input ${input}, which it would overwrite: give another --out`);
  }
}

/** Undefined for what is no file of its own. */
async function identityOf(file: OutputFile): Promise<string | undefined> {
  try {
    const found = typeof file === 'number' ? await promisify(fstat)(file) : await promisify(stat)(file);
    return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}
