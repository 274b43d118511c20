import { holdsLines, isHidden, isInputOf, typeOfFolder, typesOfKey } from './names/file-name.js';
import { isResourceType } from './names/resource-types.js';

/** Tells which resource types a source has files of, by their names. */
export interface SourceTypes {
  /** In order, each once. @throws SourceUnavailableError */
  types(): Promise<readonly string[]>;
}

/**
 * The resource types of a folder's content: those of the files in it, and of folders that have an input.
 *
 * @param keysBelow the keys of all files in a folder at the top and in those within, in any order
 */
export async function typesIn(
  files: Iterable<string>,
  folders: Iterable<string>,
  keysBelow: (folder: string) => AsyncIterable<string>,
): Promise<readonly string[]> {
  const types = new Set<string>();
  for (const key of files) {
    if (holdsLines(key)) for (const type of typesOfKey(key)) types.add(type);
  }
  for (const folder of folders) {
    const type = typeOfFolder(folder);
    if (type === undefined || types.has(type) || isHidden(folder) || !isResourceType(type)) continue;
    for await (const key of keysBelow(folder)) {
      if (!isInputOf(key, type)) continue;
      types.add(type);
      break;
    }
  }
  return [...types].filter(isResourceType).sort();
}
