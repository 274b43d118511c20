import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceUnavailableError } from '../errors.js';
import { fileReasonOf } from './file-reason.js';
import { namedAsUnread } from '../found-sources.js';
import type { FoundSources } from '../found-sources.js';
import { DEFAULT_SOURCE, findSourceFolders } from '../source-layout.js';
import type { FolderContent } from '../source-layout.js';
import type { FhirVersion } from '../source.js';

/**
 * Finds the sources in a data folder. It holds either resource files, which make one source named `default`,
 * or folders of resource files, each of which makes a source with the name of the folder. The default source
 * is the one named `default`, else the first by name.
 *
 * @throws SourceUnavailableError when the folder cannot be read
 */
export async function sourcesFromDirectory(root: string, fhirVersion: FhirVersion): Promise<FoundSources> {
  const top = await contentOf(root);
  const folders = await findSourceFolders(top, (folder) => contentOf(join(root, folder)));
  if (!folders)
    return {
      sources: [{ kind: 'file', name: DEFAULT_SOURCE, root, fhirVersion }],
      beside: namedAsUnread([]),
    };
  return {
    sources: folders.map((name) => ({ kind: 'file', name, root: join(root, name), fhirVersion })),
    beside: namedAsUnread(top.files),
  };
}

async function contentOf(path: string): Promise<FolderContent> {
  const files: string[] = [];
  const folders: string[] = [];
  try {
    for (const name of await readdir(path)) {
      if (name.startsWith('.')) continue;
      // Follows links, because a data folder is often put together of links to folders.
      const isFolder = (await stat(join(path, name))).isDirectory();
      (isFolder ? folders : files).push(name);
    }
  } catch (error) {
    throw new SourceUnavailableError(path, fileReasonOf(error), { cause: error });
  }
  return { files, folders };
}
