import { compareKeys } from './keys.js';
import { DELETED, holdsLines, resourceTypesIn, typeOfFolder } from './names/file-name.js';
import { isResourceType } from './names/resource-types.js';

/** Name of the source that is used where none is named. */
export const DEFAULT_SOURCE = 'default';

/** The entries directly in a folder (or under a prefix of a bucket), by name. */
export interface FolderContent {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Whether data are one source (resource files, or folders that each hold one resource type) or folders that are
 * a source each.
 *
 * @param contentOf the content of a folder in it
 * @returns the folders that are sources, the default first and the others by name; undefined for one source
 */
export async function findSourceFolders(
  top: FolderContent,
  contentOf: (folder: string) => Promise<FolderContent>,
): Promise<string[] | undefined> {
  if (top.files.some(holdsLines)) return undefined;
  let isOneSource = true;
  for (const folder of top.folders) isOneSource &&= holdsOneType(folder, await contentOf(folder));
  if (isOneSource) return undefined;
  return [...top.folders].sort(
    (a, b) => Number(b === DEFAULT_SOURCE) - Number(a === DEFAULT_SOURCE) || compareKeys(a, b),
  );
}

/** `Observation` with `0001.ndjson` or `Observation.000.ndjson` in it, not `Hospital`, nor `Group` with `Patient.ndjson`. */
function holdsOneType(folder: string, content: FolderContent): boolean {
  const type = typeOfFolder(folder);
  if (type === DELETED) return true;
  if (type === undefined || !isResourceType(type)) return false;
  const files = content.files.filter((file) => holdsLines(`${folder}/${file}`));
  const named = files.map(resourceTypesIn).filter((types) => types.length > 0);
  return files.length > 0 ? named.every((types) => types.includes(type)) : content.folders.length === 0;
}
