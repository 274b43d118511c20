import type { GatheredFiles, NamedFiles } from './names/named-files.js';
import { createNamedFiles } from './names/named-files.js';
import { isHidden, typeOfFolder } from './names/file-name.js';
import { isUnread } from './names/unread-file.js';
import type { FolderContent } from './source-layout.js';

/** The files of a source beside the inputs of the types that are read. */
export interface SourceSurvey {
  /** Files that look like data and that nobody reads. Of folders of other types, and of no type, the first keys count. */
  readonly unread: NamedFiles;
  /** Names of files that are inputs under another name already, and that are read under that one only. */
  readonly repeated: NamedFiles;
}

/** Of a source that has its inputs and nothing else. */
export function emptySurvey(): SourceSurvey {
  return { unread: createNamedFiles(), repeated: createNamedFiles() };
}

// Folders of types that are read are listed in any case.
const MOST_OTHER_FOLDERS = 100;
const MOST_KEYS_OF_OTHERS = 1000;

/**
 * Finds files that look like data and are not read.
 *
 * @param keysBelow the keys of all files in a folder at the top and in those within, in any order
 */
export async function findUnread(
  top: FolderContent,
  keysBelow: (folder: string) => AsyncIterable<string>,
  readTypes: readonly string[],
): Promise<GatheredFiles> {
  const unread = createNamedFiles();
  for (const file of top.files) if (isUnread(file, readTypes)) unread.add(file);
  let others = 0;
  for (const folder of top.folders) {
    const isRead = !isHidden(folder) && readTypes.includes(typeOfFolder(folder) ?? '');
    if (!isRead) others += 1;
    if (!isRead && others > MOST_OTHER_FOLDERS) continue;
    let keys = 0;
    for await (const key of keysBelow(folder)) {
      if (isUnread(key, readTypes)) unread.add(key);
      keys += 1;
      if (!isRead && keys === MOST_KEYS_OF_OTHERS) break;
    }
  }
  return unread;
}
