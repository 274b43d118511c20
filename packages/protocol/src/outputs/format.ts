import type { ExportRequest } from '@millrace/export';
import { FHIR_JSON } from '../http/answer.js';
import type { ResultKind } from '../operations/operation.js';

export type ExportFormat = ExportRequest['format'];

/** Media type and file extension of each output format. */
export const FORMATS: Readonly<Record<ExportFormat, { mediaType: string; extension: string }>> = {
  ndjson: { mediaType: 'application/x-ndjson', extension: 'ndjson' },
  csv: { mediaType: 'text/csv', extension: 'csv' },
  json: { mediaType: 'application/json', extension: 'json' },
  parquet: { mediaType: 'application/vnd.apache.parquet', extension: 'parquet' },
};

function isExportFormat(code: string): code is ExportFormat {
  return Object.hasOwn(FORMATS, code);
}

/**
 * The format that a value of `_format` names: its code, or its media type in any letter case, with or without
 * `charset=utf-8`. Undefined for all else.
 */
export function formatOf(name: string): ExportFormat | undefined {
  if (isExportFormat(name)) return name;
  const mediaType = name.toLowerCase().replace(/\s*;\s*charset\s*=\s*"?utf-8"?\s*$/, '');
  return FORMAT_CODES.find((code) => FORMATS[code].mediaType === mediaType);
}

// The keys of `FORMATS` are its codes.
const FORMAT_CODES = Object.keys(FORMATS) as readonly ExportFormat[];

/** A format for the rows of a run. */
export type RunFormat = ExportFormat | 'fhir';

/** As `formatOf`, and `fhir`. */
export function runFormatOf(name: string): RunFormat | undefined {
  return isFhirFormat(name) ? 'fhir' : formatOf(name);
}

export function isFhirFormat(name: string): boolean {
  return /^(?:fhir|application\/fhir\+json)$/i.test(name);
}

export function runMediaType(format: RunFormat): string {
  return format === 'fhir' ? FHIR_JSON : FORMATS[format].mediaType;
}

/** The formats with their media types, to be read by people. */
export function formatList(): string {
  return FORMAT_CODES.map((code) => `${code} (${FORMATS[code].mediaType})`).join(', ');
}

/** The formats of each kind of result. */
export const FORMATS_OF: Readonly<Record<ResultKind, string>> = {
  export: formatList(),
  bulk: 'ndjson (application/fhir+ndjson)',
  run: `${formatList()}, fhir (${FHIR_JSON})`,
};
