import Negotiator from 'negotiator';
import { refuse } from '../errors/errors.js';
import type { ProtocolError } from '../errors/errors.js';
import type { ExportFormat } from './format.js';

/** How the bytes of a file are sent: packed for the way, or as they are. */
export type ContentCoding = 'gzip' | 'identity';

/** Parquet is compressed within. */
export function isCompressible(format: ExportFormat): boolean {
  return format !== 'parquet';
}

/**
 * The codings that a client takes a file of a format in, the one that it prefers first. None where it refuses all of them.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 *
 * @param acceptEncoding the header; without it a file is sent as it is
 */
export function contentCodings(
  acceptEncoding: string | undefined,
  format: ExportFormat,
): readonly ContentCoding[] {
  const offered: ContentCoding[] = isCompressible(format) ? ['gzip', 'identity'] : ['identity'];
  const headers = { 'accept-encoding': acceptEncoding };
  const accepted = new Negotiator({ headers }).encodings(offered);
  return offered
    .filter((coding) => accepted.includes(coding))
    .sort((one, other) => accepted.indexOf(one) - accepted.indexOf(other));
}

/** 406 for a file that cannot be sent as the client wants it. */
export function noSuchCoding(format: ExportFormat): ProtocolError {
  const sent = isCompressible(format) ? 'in gzip or as it is (identity)' : 'as it is (identity) only';
  return refuse(406, 'not-supported', `the file is sent ${sent}; Accept-Encoding must allow it`);
}

/** The ETag of a file in gzip: other bytes than those of the file as it is. */
export function gzipTag(etag: string): string {
  return etag.replace(/"$/, '-gzip"');
}
