import type { Stats } from 'node:fs';
import { fstat } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { FhirVersion } from '@millrace/storage';
import { UsageError, reasonOf } from '../errors.js';
import { STANDARD_INPUT, type InputPlace } from './input-place.js';

/** Other names of standard input, which may be a socket and then cannot be opened by them. */
const STANDARD_INPUT_PATHS = ['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

/** @throws UsageError for a path that does not exist */
export async function findPlaces(
  paths: readonly string[],
  fhirVersion: FhirVersion,
): Promise<readonly InputPlace[]> {
  return Promise.all(
    paths.map(async (given) => {
      const path = STANDARD_INPUT_PATHS.includes(given) ? STANDARD_INPUT : given;
      const kind = await kindOf(path);
      return { kind, path: path === STANDARD_INPUT ? path : resolve(path), fhirVersion };
    }),
  );
}

async function kindOf(path: string): Promise<InputPlace['kind']> {
  const found = await lookAt(path);
  if (found.isFIFO() || found.isSocket()) return 'stream';
  // If standard input is a file, part of it may have been read already.
  if (path === STANDARD_INPUT) return 'device';
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? 'file' : 'device';
}

async function lookAt(path: string): Promise<Stats> {
  try {
    return path === STANDARD_INPUT ? await promisify(fstat)(0) : await stat(path);
  } catch (error) {
    throw new UsageError(`--input ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
