import type { ViewColumn } from '@millrace/viewdef';
import type { FormatOptions } from '../part-encoder.js';
import { csvLayout } from './csv.js';
import { fhirRowsLayout } from './fhir-rows.js';
import { jsonArrayLayout } from './json-array.js';
import { ndjsonLayout } from './ndjson.js';
import type { TextLayout } from './text-part.js';

/** The layout of a text format; undefined for Parquet. @throws ColumnListError, ColumnTypeError for the format fhir */
export function textLayout(
  { format, header, formulas }: Pick<FormatOptions, 'format' | 'header' | 'formulas'>,
  columns: readonly ViewColumn[],
): TextLayout | undefined {
  const names = columns.map(({ name }) => name);
  switch (format) {
    case 'csv':
      return csvLayout(names, header, formulas);
    case 'ndjson':
      return ndjsonLayout(names);
    case 'json':
      return jsonArrayLayout(names);
    case 'fhir':
      return fhirRowsLayout(columns);
    case 'parquet':
      return undefined;
    default:
      return format satisfies never;
  }
}
