import type { ManifestColumn } from '@millrace/export';
import { ColumnNotInDeltaError } from './errors.js';

type DeltaType =
  | string
  | { readonly type: 'array'; readonly elementType: string; readonly containsNull: true };

/**
 * The schema of a Delta table with these columns, as the text in its log.
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#schema-serialization-format
 *
 * @param columns with the types of their Parquet files, or of DuckDB for SQL
 * @throws ColumnNotInDeltaError for a type that tables of version 1 do not have, and for two names that differ in case only
 */
export function deltaSchema(columns: readonly ManifestColumn[]): string {
  const names = new Map<string, string>();
  const fields = columns.map((column) => {
    const { name, collection } = column;
    const other = names.get(name.toLowerCase());
    if (other !== undefined)
      throw new ColumnNotInDeltaError(
        name,
        `differs from "${other}" in case only, which Delta tables do not tell apart`,
      );
    names.set(name.toLowerCase(), name);
    if (/[ ,;{}()\n\t=]/.test(name))
      throw new ColumnNotInDeltaError(name, 'has a character that names in Delta tables do not have');
    const one = column.parquetType === undefined ? ofSql(column) : ofParquet(column);
    const type: DeltaType = collection ? { type: 'array', elementType: one, containsNull: true } : one;
    return { name, type, nullable: true, metadata: {} };
  });
  return JSON.stringify({ type: 'struct', fields });
}

/** By the name of the type in the manifest: the physical type, and the logical one in parentheses. */
const PARQUET_TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  'INT32 (INT_16)': 'short',
  INT32: 'integer',
  INT64: 'long',
  FLOAT: 'float',
  DOUBLE: 'double',
  'BYTE_ARRAY (STRING)': 'string',
  BYTE_ARRAY: 'binary',
  'INT32 (DATE)': 'date',
  'INT64 (TIMESTAMP(MICROS, UTC))': 'timestamp',
};

function ofParquet({ name, parquetType = '' }: ManifestColumn): string {
  const found =
    PARQUET_TYPES[parquetType] ?? decimalType(/\((DECIMAL\(.*\))\)$/.exec(parquetType)?.[1] ?? '');
  if (found === undefined) throw unknownType(name, parquetType);
  return found;
}

/** By the name of the type in DuckDB. */
const SQL_TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  SMALLINT: 'short',
  INTEGER: 'integer',
  BIGINT: 'long',
  FLOAT: 'float',
  DOUBLE: 'double',
  VARCHAR: 'string',
  BLOB: 'binary',
  DATE: 'date',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
};

function ofSql({ name, sqlType = '' }: ManifestColumn): string {
  const found = SQL_TYPES[sqlType] ?? decimalType(sqlType);
  if (found === undefined) throw unknownType(name, sqlType);
  return found;
}

function decimalType(type: string): string | undefined {
  const [, precision, scale] = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(type) ?? [];
  return precision === undefined || Number(precision) > 38 ? undefined : `decimal(${precision},${scale})`;
}

function unknownType(name: string, type: string): ColumnNotInDeltaError {
  return new ColumnNotInDeltaError(
    name,
    `has the type ${type}, for which a Delta table has none; expected another type of the column`,
  );
}
