import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FhirVersion, PinnedInput } from '@millrace/storage';
import { UsageError } from '../errors.js';
import type { InputPlace } from './input-place.js';

export interface InputFile {
  readonly place: InputPlace;
  readonly input: PinnedInput;
}

/** @throws UsageError for a path that does not exist */
export async function findPlaces(
  paths: readonly string[],
  fhirVersion: FhirVersion,
): Promise<readonly InputPlace[]> {
  return Promise.all(
    paths.map(async (path) => ({ kind: await kindOf(path), path: resolve(path), fhirVersion })),
  );
}

async function kindOf(path: string): Promise<'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--input ${path} cannot be read: ${reason}`, { cause: error });
  }
}
