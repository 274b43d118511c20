import type { ViewColumn } from '@millrace/viewdef';
import { ParquetPart } from './parquet/parquet-part.js';
import type { RowGroupLimits } from './parquet/open-row-group.js';
import type { FormatOptions, PartEncoder } from './part-encoder.js';
import { textLayout } from './text/text-layout.js';
import { TextPart } from './text/text-part.js';

/**
 * An encoder for one part. A part without rows is a complete file too: header only, `[]`, zero bytes, a
 * Parameters resource without parameters or a Parquet file with its schema.
 *
 * @param limits Parquet only: how much of a row group is kept in memory
 * @throws ColumnTypeError when a column's `ansi/type` cannot be written as Parquet, or a column has no `value[x]`
 */
export function createPartEncoder(
  options: FormatOptions,
  columns: readonly ViewColumn[],
  limits?: RowGroupLimits,
): PartEncoder {
  const layout = textLayout(options, columns);
  if (layout !== undefined) return new TextPart(layout);
  const { compression, onMismatch, leftOut, origin } = options;
  return new ParquetPart(columns, { limits, compression, onMismatch, leftOut, origin });
}
