import { sourcesFromDirectory } from './file/sources-from-directory.js';
import { sourcesFromBucket } from './s3/sources-from-bucket.js';
import type { FoundSources } from './found-sources.js';
import type { FhirVersion } from './source.js';
import type { SinkConfig } from './store-config.js';

/**
 * The sources of a folder or bucket: one named `default`, or one for each folder in it.
 *
 * @param gzipRatio of each of them
 * @throws SourceUnavailableError when the place cannot be listed
 */
export async function sourcesAt(
  location: SinkConfig,
  fhirVersion: FhirVersion,
  gzipRatio?: number,
): Promise<FoundSources> {
  const found =
    location.kind === 'file'
      ? await sourcesFromDirectory(location.root, fhirVersion)
      : await sourcesFromBucket(location, fhirVersion);
  if (gzipRatio === undefined) return found;
  return { ...found, sources: found.sources.map((source) => ({ ...source, gzipRatio })) };
}
