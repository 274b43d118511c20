export { createPartEncoder } from './create-part-encoder.js';
export {
  CellTypeError,
  ColumnTypeError,
  KernelFaultError,
  KernelMissingError,
  RowTooLargeError,
} from './errors.js';
export { fileExtension, mediaType } from './file-type.js';
export type { RowGroupLimits } from './parquet/open-row-group.js';
export { parquetSchema } from './parquet/parquet-schema.js';
export type { Format, FormatOptions, PartEncoder } from './part-encoder.js';
export { columnSqlType } from './sql/column-sql-type.js';
