import type { ExportRequest } from '@millrace/export';

export type ExportFormat = ExportRequest['format'];

/** Media type and file extension of each output format. */
export const FORMATS: Readonly<Record<ExportFormat, { mediaType: string; extension: string }>> = {
  ndjson: { mediaType: 'application/x-ndjson', extension: 'ndjson' },
  csv: { mediaType: 'text/csv', extension: 'csv' },
  json: { mediaType: 'application/json', extension: 'json' },
  parquet: { mediaType: 'application/vnd.apache.parquet', extension: 'parquet' },
};

export function isExportFormat(code: string): code is ExportFormat {
  return Object.hasOwn(FORMATS, code);
}
