import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FhirVersion, PinnedInput } from '@millrace/storage';
import { UsageError } from '../errors.js';
import { openPlace } from './compose.js';
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

/** Files that may hold resources of a type, in the order in which their rows come out. */
export async function inputsOf(
  places: readonly InputPlace[],
  resourceType: string,
): Promise<readonly InputFile[]> {
  const found = await Promise.all(
    places.map(async (place) => {
      const inputs = await openPlace(place).list(resourceType);
      return inputs.map((input) => ({ place, input }));
    }),
  );
  return found.flat();
}

async function kindOf(path: string): Promise<'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--input ${path} cannot be read: ${reason}`, { cause: error });
  }
}
