import { sourcesFromDirectory } from './file/sources-from-directory.js';
import { sourcesFromBucket } from './s3/sources-from-bucket.js';
import type { FhirVersion } from './source.js';
import type { SinkConfig, SourceConfig } from './store-config.js';

/**
 * The sources of a folder or bucket: one named `default`, or one for each folder in it.
 *
 * @returns the default source first, the others by name
 * @throws SourceUnavailableError when the place cannot be listed
 */
export async function sourcesAt(location: SinkConfig, fhirVersion: FhirVersion): Promise<SourceConfig[]> {
  return location.kind === 'file'
    ? await sourcesFromDirectory(location.root, fhirVersion)
    : await sourcesFromBucket(location, fhirVersion);
}
