import type { SqlType, ViewColumn } from '@millrace/viewdef';
import type { SchemaElement } from 'hyparquet';
import { columnSqlType } from '../sql/column-sql-type.js';

/** A leaf of the schema. */
export interface Leaf {
  readonly element: SchemaElement;
  readonly path: readonly string[];
}

/**
 * Schema of a Parquet file with these columns, found from their declarations alone: every part of an output has the
 * same. All columns are nullable; a `collection` is a LIST of its type. Fields have ids as Iceberg gives them to a new table:
 * columns from 1 on in their order, and behind the last one the elements of lists.
 *
 * @param leftOut the place of a column of the table that the file does not have: its id is nobody's, so that the ids are
 *   those of the table
 * @throws ColumnTypeError when a column's `ansi/type` names no known type
 */
export function parquetSchema(columns: readonly ViewColumn[], leftOut = Infinity): SchemaElement[] {
  let elements = columns.length + (Number.isFinite(leftOut) ? 1 : 0);
  return [
    { name: 'row', num_children: columns.length },
    ...columns.flatMap((column, index) => {
      const field_id = index + (index < leftOut ? 1 : 2);
      return column.collection
        ? listElements(column, { field_id, elementId: (elements += 1) })
        : [{ ...leaf(column.name, columnSqlType(column)), field_id }];
    }),
  ];
}

/** https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists */
function listElements(
  column: ViewColumn,
  { field_id, elementId }: { readonly field_id: number; readonly elementId: number },
): SchemaElement[] {
  return [
    {
      name: column.name,
      field_id,
      repetition_type: 'OPTIONAL',
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
      num_children: 1,
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { ...leaf('element', columnSqlType(column)), field_id: elementId },
  ];
}

/** Where the values of a column are in the schema. */
export function columnLeaf(column: ViewColumn): Leaf {
  const type = columnSqlType(column);
  return column.collection
    ? { element: leaf('element', type), path: [column.name, 'list', 'element'] }
    : { element: leaf(column.name, type), path: [column.name] };
}

function leaf(name: string, type: SqlType): SchemaElement {
  return { name, repetition_type: 'OPTIONAL', ...physicalType(type) };
}

function physicalType(type: SqlType): Omit<SchemaElement, 'name'> {
  switch (type.kind) {
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'integer':
      if (type.bits === 16) return { type: 'INT32', converted_type: 'INT_16' };
      return { type: type.bits === 32 ? 'INT32' : 'INT64' };
    case 'decimal':
      return decimalElement(type.precision, type.scale);
    case 'float':
      return { type: type.bits === 32 ? 'FLOAT' : 'DOUBLE' };
    case 'text':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'binary':
      return { type: 'BYTE_ARRAY' };
    case 'date':
      return { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
    case 'time':
      return { type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } };
    case 'timestamp':
      return timestampElement(type.withTimeZone);
    default:
      return type satisfies never;
  }
}

/** The converted type says "adjusted to UTC", so that a timestamp without time zone must go without it. */
function timestampElement(isAdjustedToUTC: boolean): Omit<SchemaElement, 'name'> {
  const logical: Omit<SchemaElement, 'name'> = {
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' },
  };
  return isAdjustedToUTC ? { ...logical, converted_type: 'TIMESTAMP_MICROS' } : logical;
}

const INT32_DIGITS = 9;
const INT64_DIGITS = 18;

function decimalElement(precision: number, scale: number): Omit<SchemaElement, 'name'> {
  const decimal: Omit<SchemaElement, 'name'> = {
    converted_type: 'DECIMAL',
    logical_type: { type: 'DECIMAL', precision, scale },
    precision,
    scale,
  };
  if (precision <= INT32_DIGITS) return { ...decimal, type: 'INT32' };
  if (precision <= INT64_DIGITS) return { ...decimal, type: 'INT64' };
  return { ...decimal, type: 'FIXED_LEN_BYTE_ARRAY', type_length: bytesFor(precision) };
}

/** Fewest bytes whose two's complement holds every number of this many digits. */
function bytesFor(digits: number): number {
  let bytes = 1;
  while (2n ** BigInt(8 * bytes - 1) < 10n ** BigInt(digits)) bytes += 1;
  return bytes;
}
