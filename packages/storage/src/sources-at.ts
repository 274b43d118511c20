import { sourcesFromDirectory } from './file/sources-from-directory.js';
import type { FhirVersion } from './source.js';
import type { SinkConfig, SourceConfig } from './store-config.js';

/**
 * The sources of a place: for a folder see `sourcesFromDirectory`; a bucket, or the part of it below a prefix, is one
 * source named `default`.
 *
 * @throws SourceUnavailableError when the folder cannot be read
 */
export async function sourcesAt(place: SinkConfig, fhirVersion: FhirVersion): Promise<SourceConfig[]> {
  if (place.kind === 'file') return sourcesFromDirectory(place.root, fhirVersion);
  return [{ ...place, name: 'default', fhirVersion }];
}
