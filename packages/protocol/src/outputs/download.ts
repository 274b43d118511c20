import type { ExportRequest, ManifestFile } from '@millrace/export';
import { encodeExtended } from 'content-disposition';
import { httpDate } from '../http/answer.js';
import { FORMATS } from './format.js';

/** Media type of the NDJSON of resources. https://hl7.org/fhir/uv/bulkdata/export.html */
const FHIR_NDJSON = 'application/fhir+ndjson';

/**
 * Headers of a file in its native media type, unpacked; length, ranges and coding are the sender's.
 *
 * @param expiresAt undefined while the export runs
 */
export function downloadHeaders(
  file: Pick<ManifestFile, 'name' | 'sha256' | 'unpacked'>,
  request: Pick<ExportRequest, 'format' | 'bulk'>,
  expiresAt: number | undefined,
): Readonly<Record<string, string>> {
  return {
    'Content-Type': request.bulk === undefined ? FORMATS[request.format].mediaType : FHIR_NDJSON,
    'Content-Disposition': contentDisposition(file.name),
    ETag: `"${file.unpacked?.sha256 ?? file.sha256}"`,
    ...(expiresAt === undefined ? {} : { Expires: httpDate(expiresAt) }),
    // The content is a client's data under a name that a client chose.
    'Cache-Control': 'private',
    'X-Content-Type-Options': 'nosniff',
  };
}

/**
 * https://www.rfc-editor.org/rfc/rfc6266: an ASCII name for old clients, always quoted, and the exact one for the rest.
 */
export function contentDisposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = ascii === name ? '' : `; filename*=${encodeExtended(name)}`;
  return `attachment; filename="${ascii}"${exact}`;
}
