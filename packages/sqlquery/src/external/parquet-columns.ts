import type { SchemaElement } from 'hyparquet';
import type { SqlColumn } from '../engine/sql-engine.js';

/** The columns of a Parquet file, or why they are none for SQL. */
export type ParquetColumns =
  | { readonly kind: 'columns'; readonly columns: readonly SqlColumn[] }
  | { readonly kind: 'faulty'; readonly why: string };

/**
 * The columns of a Parquet file with the types that DuckDB reads them as. Lists of plain values are columns too; other nested
 * columns are not.
 *
 * @param schema as the footer of the file has it: depth first, from the root on
 */
export function parquetColumns(schema: readonly SchemaElement[]): ParquetColumns {
  const columns: SqlColumn[] = [];
  let at = 1;
  while (at < schema.length) {
    const element = schema[at];
    if (element === undefined) break;
    const end = endOf(schema, at);
    const type = end === at + 1 ? columnType(element) : listType(schema.slice(at, end));
    if (type === undefined) {
      const name = JSON.stringify(element.name.slice(0, 100));
      return { kind: 'faulty', why: `its column ${name} is nested or of a type that SQL does not read here` };
    }
    columns.push({ name: element.name, type });
    at = end;
  }
  return columns.length === 0 ? { kind: 'faulty', why: 'it has no columns' } : { kind: 'columns', columns };
}

/** The index behind an element and all that is below it. */
function endOf(schema: readonly SchemaElement[], at: number): number {
  let end = at;
  let open = 1;
  while (open > 0 && end < schema.length) {
    open += (schema[end]?.num_children ?? 0) - 1;
    end += 1;
  }
  return end;
}

function columnType(element: SchemaElement): string | undefined {
  const type = plainType(element);
  return type !== undefined && element.repetition_type === 'REPEATED' ? `${type}[]` : type;
}

/** https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists */
function listType(elements: readonly SchemaElement[]): string | undefined {
  const [list, repeated, element, ...more] = elements;
  const isList = list?.converted_type === 'LIST' || list?.logical_type?.type === 'LIST';
  if (!isList || repeated?.repetition_type !== 'REPEATED' || more.length > 0) return undefined;
  // In the form of two levels the repeated element has the values itself.
  const type = plainType(element ?? repeated);
  return type === undefined ? undefined : `${type}[]`;
}

function plainType(element: SchemaElement): string | undefined {
  if ((element.num_children ?? 0) > 0) return undefined;
  return logicalType(element) ?? convertedType(element) ?? physicalType(element);
}

function logicalType({ logical_type: logical }: SchemaElement): string | undefined {
  switch (logical?.type) {
    case 'STRING':
    case 'ENUM':
    case 'JSON':
      return 'VARCHAR';
    case 'DATE':
      return 'DATE';
    case 'UUID':
      return 'UUID';
    case 'DECIMAL':
      return `DECIMAL(${logical.precision},${logical.scale})`;
    case 'INTEGER':
      return integerType(logical.bitWidth, logical.isSigned);
    case 'TIME':
      return logical.isAdjustedToUTC ? 'TIME WITH TIME ZONE' : 'TIME';
    case 'TIMESTAMP':
      if (logical.isAdjustedToUTC) return 'TIMESTAMP WITH TIME ZONE';
      return logical.unit === 'NANOS' ? 'TIMESTAMP_NS' : 'TIMESTAMP';
    default:
      return undefined;
  }
}

function convertedType({ converted_type: converted, precision, scale }: SchemaElement): string | undefined {
  switch (converted) {
    case 'UTF8':
    case 'ENUM':
    case 'JSON':
      return 'VARCHAR';
    case 'DATE':
      return 'DATE';
    case 'DECIMAL':
      return precision === undefined ? undefined : `DECIMAL(${precision},${scale ?? 0})`;
    case 'TIME_MILLIS':
    case 'TIME_MICROS':
      return 'TIME';
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
      return 'TIMESTAMP';
    case 'INTERVAL':
      return 'INTERVAL';
    default: {
      const [, sign, bits] = /^(U?)INT_(8|16|32|64)$/.exec(converted ?? '') ?? [];
      return bits === undefined ? undefined : integerType(Number(bits), sign === '');
    }
  }
}

function integerType(bits: number, isSigned: boolean): string | undefined {
  const names: Readonly<Record<number, string>> = {
    8: 'TINYINT',
    16: 'SMALLINT',
    32: 'INTEGER',
    64: 'BIGINT',
  };
  const name = names[bits];
  return name === undefined || isSigned ? name : `U${name}`;
}

function physicalType({
  type,
  logical_type: logical,
  converted_type: converted,
}: SchemaElement): string | undefined {
  // A type that is not known here is not what it is stored as.
  if (logical !== undefined || converted !== undefined) return undefined;
  switch (type) {
    case 'BOOLEAN':
      return 'BOOLEAN';
    case 'INT32':
      return 'INTEGER';
    case 'INT64':
      return 'BIGINT';
    case 'INT96':
      return 'TIMESTAMP';
    case 'FLOAT':
      return 'FLOAT';
    case 'DOUBLE':
      return 'DOUBLE';
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return 'BLOB';
    default:
      return undefined;
  }
}
