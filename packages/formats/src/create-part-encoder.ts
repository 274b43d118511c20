import type { ViewColumn } from '@millrace/viewdef';
import { ParquetPart } from './parquet/parquet-part.js';
import type { RowGroupLimits } from './parquet/open-row-group.js';
import type { FormatOptions, PartEncoder } from './part-encoder.js';
import { csvLayout } from './text/csv.js';
import { fhirRowsLayout } from './text/fhir-rows.js';
import { jsonArrayLayout } from './text/json-array.js';
import { ndjsonLayout } from './text/ndjson.js';
import { TextPart } from './text/text-part.js';

/**
 * An encoder for one part. A part without rows is a complete file too: header only, `[]`, zero bytes, a
 * Parameters resource without parameters or a Parquet file with its schema.
 *
 * @param limits Parquet only: how much of a row group is kept in memory
 * @throws ColumnTypeError when a column's `ansi/type` cannot be written as Parquet, or a column has no `value[x]`
 */
export function createPartEncoder(
  { format, header, formulas, compression, onMismatch, origin }: FormatOptions,
  columns: readonly ViewColumn[],
  limits?: RowGroupLimits,
): PartEncoder {
  const names = columns.map(({ name }) => name);
  switch (format) {
    case 'csv':
      return new TextPart(csvLayout(names, header, formulas));
    case 'ndjson':
      return new TextPart(ndjsonLayout(names));
    case 'json':
      return new TextPart(jsonArrayLayout(names));
    case 'fhir':
      return new TextPart(fhirRowsLayout(columns));
    case 'parquet':
      return new ParquetPart(columns, { limits, compression, onMismatch, origin });
    default:
      return format satisfies never;
  }
}
