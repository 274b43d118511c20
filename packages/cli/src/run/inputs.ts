import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createFileSource, type FhirVersion, type PinnedInput, type Source } from '@millrace/storage';
import { UsageError } from '../errors.js';
import { createSingleFileSource } from './single-file-source.js';

/** What one `--input` names, as plain data that can be posted to a thread. */
export interface InputPlace {
  readonly kind: 'folder' | 'file';
  readonly path: string;
  readonly fhirVersion: FhirVersion;
}

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

export function openPlace({ kind, path, fhirVersion }: InputPlace): Source {
  return kind === 'file'
    ? createSingleFileSource(path, fhirVersion)
    : createFileSource({ name: path, root: path, fhirVersion });
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
