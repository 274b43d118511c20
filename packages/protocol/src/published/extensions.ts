import type { Extension } from '@millrace/fhir';
import type { ManifestFile } from '@millrace/export';
import type { FhirVersion } from '@millrace/viewdef';
import type { SourceChoice } from '../selection/choose-source.js';

/**
 * On each `output.location` of a result: what is in the file, so that a client can verify what it downloads.
 * Nested extensions `rows` and `bytes` (valueDecimal, whole numbers; a FHIR integer ends at 2^31) and `sha256`
 * (valueString, lower-case hex). Clients that do not know it see the location alone. In manifests of Bulk Data 3 it is the
 * name of an object with `bytes` and `sha256`.
 */
export const EXPORT_FILE_EXTENSION = 'urn:millrace:fhir:extension:export-file';

export function exportFileExtension({ rows, bytes, sha256 }: ManifestFile): Extension {
  return {
    url: EXPORT_FILE_EXTENSION,
    extension: [
      { url: 'rows', valueDecimal: rows },
      { url: 'bytes', valueDecimal: bytes },
      { url: 'sha256', valueString: sha256 },
    ],
  };
}

/**
 * On `CapabilityStatement.rest`, once for each source that exports can read: `name` (valueString), `fhirVersion`
 * (valueCode), `default` (valueBoolean), whether it is exported where a request names none, and `baseUrl` (valueUri),
 * which repeats: absolute references under these are to its own resources.
 */
const SOURCE_EXTENSION = 'urn:millrace:fhir:extension:source';

export function sourceExtensions({ sources, defaultSource }: SourceChoice): readonly Extension[] {
  return [...sources].map(([name, { fhirVersion, baseUrls }]) => ({
    url: SOURCE_EXTENSION,
    extension: [
      { url: 'name', valueString: name },
      { url: 'fhirVersion', valueCode: FHIR_VERSION_CODES[fhirVersion] },
      { url: 'default', valueBoolean: name === defaultSource },
      ...baseUrls.map((valueUri) => ({ url: 'baseUrl', valueUri })),
    ],
  }));
}

/** https://hl7.org/fhir/valueset-FHIR-version.html */
export const FHIR_VERSION_CODES: Readonly<Record<FhirVersion, string>> = { R4: '4.0.1', R5: '5.0.0' };
