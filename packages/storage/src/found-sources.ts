import { createNamedFiles } from './names/named-files.js';
import type { NamedFiles } from './names/named-files.js';
import { isUnread } from './names/unread-file.js';
import type { SourceConfig } from './store-config.js';

/** The sources of a place. */
export interface FoundSources {
  /** The default source first, the others by name. */
  readonly sources: readonly SourceConfig[];
  /** Files beside folders that are sources which look like data: they are in no source, so that nobody reads them. */
  readonly beside: NamedFiles;
}

/** Files that look like data and belong to no source. */
export function namedAsUnread(files: readonly string[]): NamedFiles {
  const named = createNamedFiles();
  for (const file of files) if (isUnread(file, [])) named.add(file);
  return named;
}
