import type { ViewColumn } from '@millrace/viewdef';
import { columnLeaf } from './parquet-schema.js';

/**
 * The type of a column in Parquet files, for people and schemas: the physical one, and the logical one in parentheses. That of
 * the entries where a cell is a list.
 *
 * @throws ColumnTypeError when the column's `ansi/type` names no known type
 */
export function parquetTypeName(column: ViewColumn): string {
  const { element } = columnLeaf(column);
  const { type = '', type_length: length, logical_type: logical, converted_type: converted } = element;
  const physical = length === undefined ? type : `${type}(${length})`;
  const name = logical === undefined ? converted : logicalName(logical);
  return name === undefined ? physical : `${physical} (${name})`;
}

type Logical = NonNullable<ReturnType<typeof columnLeaf>['element']['logical_type']>;

function logicalName(logical: Logical): string {
  switch (logical.type) {
    case 'DECIMAL':
      return `DECIMAL(${logical.precision},${logical.scale})`;
    case 'TIME':
    case 'TIMESTAMP':
      return `${logical.type}(${logical.unit}${logical.isAdjustedToUTC ? ', UTC' : ''})`;
    default:
      return logical.type;
  }
}
