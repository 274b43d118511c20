import { SourceUnavailableError } from '../errors.js';
import { namedAsUnread } from '../found-sources.js';
import type { FoundSources } from '../found-sources.js';
import { DEFAULT_SOURCE, findSourceFolders } from '../source-layout.js';
import type { FolderContent } from '../source-layout.js';
import type { FhirVersion } from '../source.js';
import type { S3Location } from '../store-config.js';
import { listPages } from './list-pages.js';
import { createBucket } from './s3-client.js';
import type { Bucket } from './s3-client.js';
import { s3ReasonOf } from './s3-errors.js';

/** Like `sourcesFromDirectory`, for the objects below a prefix of a bucket. */
export async function sourcesFromBucket(
  location: S3Location,
  fhirVersion: FhirVersion,
): Promise<FoundSources> {
  const at = createBucket(location);
  const prefixOf = (folder: string) => `${at.prefix}${folder}/`;
  const top = await contentOf(at, at.prefix, 'all');
  // The first thousand names in a folder are enough to classify it.
  const folders = await findSourceFolders(top, (folder) => contentOf(at, prefixOf(folder), 'first page'));
  if (!folders)
    return { sources: [{ ...location, name: DEFAULT_SOURCE, fhirVersion }], beside: namedAsUnread([]) };
  return {
    sources: folders.map((name) => ({ ...location, prefix: prefixOf(name), name, fhirVersion })),
    beside: namedAsUnread(top.files),
  };
}

async function contentOf(at: Bucket, prefix: string, extent: 'all' | 'first page'): Promise<FolderContent> {
  const files: string[] = [];
  const folders: string[] = [];
  try {
    for await (const page of listPages(at, { prefix, delimiter: '/' })) {
      for (const { Key = '' } of page.Contents ?? []) files.push(Key.slice(prefix.length));
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) folders.push(Prefix.slice(prefix.length, -1));
      if (extent === 'first page') break;
    }
  } catch (error) {
    throw new SourceUnavailableError(`s3://${at.bucket}/${prefix}`, s3ReasonOf(error), { cause: error });
  }
  return { files, folders: folders.filter((name) => name !== '' && !name.startsWith('.')) };
}
