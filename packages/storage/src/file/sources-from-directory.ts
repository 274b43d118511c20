import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceUnavailableError } from '../errors.js';
import { compareKeys } from '../keys.js';
import { reasonOf } from '../reason.js';
import { isResourceFile, resourceTypeOf } from '../resource-files.js';
import type { FhirVersion } from '../source.js';
import type { SourceConfig } from '../store-config.js';

const DEFAULT = 'default';

/**
 * What a data folder holds: resource files, which make one source named `default`, or folders of resource
 * files, which make one source each, named after the folder.
 *
 * @returns the default source first (the one named `default`, else the first by name), the others by name
 * @throws SourceUnavailableError when the folder cannot be read
 */
export async function sourcesFromDirectory(root: string, fhirVersion: FhirVersion): Promise<SourceConfig[]> {
  const entries = await entriesOf(root);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const isOneSource =
    entries.some((entry) => isResourceFile(entry.name)) || (await allHoldOneType(root, folders));
  if (isOneSource) return [{ kind: 'file', name: DEFAULT, root, fhirVersion }];
  return folders
    .sort((a, b) => Number(b === DEFAULT) - Number(a === DEFAULT) || compareKeys(a, b))
    .map((name) => ({ kind: 'file', name, root: join(root, name), fhirVersion }));
}

/** Whether the folders are those of resource types (`Observation/0001.ndjson`). True when there are none. */
async function allHoldOneType(root: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const files = (await entriesOf(join(root, folder))).filter((entry) => isResourceFile(entry.name));
    const types = files.map((file) => resourceTypeOf(file.name)).filter(isTypeName);
    if (files.length === 0 || !isTypeName(folder) || types.some((type) => type !== folder)) return false;
  }
  return true;
}

function isTypeName(name: string): boolean {
  return /^[A-Z][A-Za-z]+$/.test(name);
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.name.startsWith('.'));
  } catch (error) {
    throw new SourceUnavailableError(folder, reasonOf(error), { cause: error });
  }
}
