import type { Format, RowFormat } from './part-encoder.js';

const MEDIA_TYPES = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<Format, string>;

/**
 * Media type of a file in this format.
 *
 * https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html#output-formats
 */
export function mediaType(format: Format): string {
  return MEDIA_TYPES[format];
}

/** File name extension without the dot. */
export function fileExtension(format: RowFormat): string {
  return format === 'fhir' ? 'fhir.json' : format;
}
