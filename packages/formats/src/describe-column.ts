import { sqlTypeName } from '@millrace/viewdef';
import type { ViewColumn } from '@millrace/viewdef';
import { parquetTypeName } from './parquet/parquet-type-name.js';
import { columnSqlType } from './sql/column-sql-type.js';

/** A column of a view, with its types. */
export interface DescribedColumn {
  readonly name: string;
  /** Undefined where it is not known. */
  readonly fhirType: string | undefined;
  readonly collection: boolean;
  /** Of a value; of an entry where a cell is a list. */
  readonly sqlType: string;
  readonly parquetType: string;
}

/** @throws ColumnTypeError when the column's `ansi/type` names no known type */
export function describeColumn(column: ViewColumn): DescribedColumn {
  return {
    name: column.name,
    fhirType: column.fhirType,
    collection: column.collection,
    sqlType: sqlTypeName(columnSqlType(column)),
    parquetType: parquetTypeName(column),
  };
}
