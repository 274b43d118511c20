import type { Extension } from '@millrace/fhir';
import type { ManifestFile } from '@millrace/export';

/**
 * On each `output.location` of a result: what is in the file, so that a client can verify what it downloads.
 * Nested extensions `rows` and `bytes` (valueDecimal, whole numbers; a FHIR integer ends at 2^31) and `sha256`
 * (valueString, lower-case hex). Clients that do not know it see the location alone.
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
