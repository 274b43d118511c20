export { createPartEncoder } from './create-part-encoder.js';
export {
  CellTypeError,
  ColumnListError,
  ColumnTypeError,
  KernelFaultError,
  RowTooLargeError,
} from './errors.js';
export { encodedRows } from './encoded-rows.js';
export type { EncodedRows } from './encoded-rows.js';
export { partitionText } from './partition-text.js';
export type { PartitionText } from './partition-text.js';
export { fileExtension } from './file-type.js';
export { readyFormat } from './ready-format.js';
export { footerValues, rowOriginOf } from './row-origin.js';
export type { RowOrigin } from './row-origin.js';
export { firstRows } from './first-rows.js';
export { describeColumn } from './describe-column.js';
export type { DescribedColumn } from './describe-column.js';
export {
  PARQUET_MAGIC,
  ParquetJoin,
  TRAILER_BYTES,
  footerLength,
  readFooter,
} from './parquet/parquet-join.js';
export type { RowGroupLimits } from './parquet/open-row-group.js';
export type { Format, FormatOptions, RowFormat, PartEncoder } from './part-encoder.js';
export { FHIR_ROWS_EMPTY, FHIR_ROWS_HEAD, FHIR_ROWS_TAIL, fhirParts } from './text/fhir-rows.js';
export { columnSqlType } from './sql/column-sql-type.js';
