export { createPartEncoder } from './create-part-encoder.js';
export { CellTypeError, ColumnTypeError, KernelFaultError, RowTooLargeError } from './errors.js';
export { fileExtension } from './file-type.js';
export type { RowGroupLimits } from './parquet/open-row-group.js';
export type { Format, FormatOptions, PartEncoder } from './part-encoder.js';
export { columnSqlType } from './sql/column-sql-type.js';
