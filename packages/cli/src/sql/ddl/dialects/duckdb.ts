import { numbersThatJsonLoses } from '../json-numbers.js';
import { filePattern } from '../loaded-table.js';
import type { Dialect, LoadedColumn, LoadedFormat, LoadedTable } from '../loaded-table.js';
import { createTable, doubleQuoted, statements, tableName, textLiteral } from '../sql-text.js';

/** https://duckdb.org/docs/stable/data/overview */
export const DUCKDB: Dialect = {
  formats: ['parquet', 'csv', 'ndjson'],
  instead: '',
  loadsPartitions: true,
  takesPattern: true,
  refusal: duckdbRefusal,
  text: (tables, { schema }) =>
    statements(
      tables.map((table) => {
        const name = tableName(table.name, schema, doubleQuoted);
        const columns = table.columns.map((column) => `${doubleQuoted(column.name)} ${columnType(column)}`);
        return `${createTable(name, columns)}INSERT INTO ${name}\n${query(table, '\n')};\n`;
      }),
    ),
};

/** Why DuckDB cannot load a table without a loss; undefined where it can. */
export function duckdbRefusal(table: LoadedTable): string | undefined {
  return numbersThatJsonLoses(table, { readsDecimals: false });
}

/** The text behind FROM for the rows of a table in its files. It has no braces, which dbt would take for its own. */
export function duckdbSource(table: LoadedTable): string {
  return table.format === 'parquet' ? reader(table) : `(${query(table, ' ')})`;
}

function query(table: LoadedTable, space: string): string {
  const values = table.columns.map((column) => valueOf(column, table.format));
  return `SELECT ${values.join(', ')}${space}FROM ${reader(table)}`;
}

function valueOf(column: LoadedColumn, format: LoadedFormat): string {
  const quoted = doubleQuoted(column.name);
  const isBase64 = column.type.kind === 'binary' && format !== 'parquet';
  if (!column.isList) return isBase64 ? `from_base64(${quoted}) AS ${quoted}` : quoted;
  const entries = isBase64 ? 'VARCHAR' : scalarType(column.type);
  // From version 2.0 on, DuckDB moves a cast into its reader of CSV, where it takes the text for a list of its own and not for JSON.
  const list = format === 'csv' ? `from_json_strict(${quoted}, '["${entries}"]')` : quoted;
  if (isBase64) return `list_transform(${list}, lambda x: from_base64(x)) AS ${quoted}`;
  return list === quoted ? quoted : `${list} AS ${quoted}`;
}

function reader(table: LoadedTable): string {
  const { folder, name, partitionBy } = table;
  const inside = partitionBy === undefined ? folder : `${folder}/${name}/${partitionBy}=*`;
  const path = textLiteral(`${inside}/${filePattern(table)}`);
  const hive = hiveOptions(table);
  if (table.format === 'parquet') return `read_parquet(${path}, ${hive})`;
  const types = table.columns
    .filter((column) => column.name !== partitionBy)
    .map((column) => `${doubleQuoted(column.name)} := ${textLiteral(textColumnType(column, table.format))}`);
  const columns = `${hive}, columns = struct_pack(${types.join(', ')})`;
  return table.format === 'ndjson'
    ? `read_ndjson(${path}, ${columns})`
    : `read_csv(${path}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', ${columns})`;
}

/** Values of folders have the type of their column: guessed, a text of digits would be a number. */
function hiveOptions({ columns, partitionBy }: LoadedTable): string {
  const column = columns.find(({ name }) => name === partitionBy);
  if (column === undefined) return 'hive_partitioning = false';
  return `hive_partitioning = true, hive_types = {${textLiteral(column.name)}: ${columnType(column)}}`;
}

/** The type that a text is read as: base64 is text, and a list in CSV is the text of JSON. */
function textColumnType(column: LoadedColumn, format: LoadedTable['format']): string {
  if (format === 'csv' && column.isList) return 'JSON';
  if (column.type.kind === 'binary') return column.isList ? 'VARCHAR[]' : 'VARCHAR';
  return columnType(column);
}

function columnType({ type, isList }: LoadedColumn): string {
  return isList ? `${scalarType(type)}[]` : scalarType(type);
}

function scalarType(type: LoadedColumn['type']): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return { 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' }[type.bits];
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'float':
      return type.bits === 32 ? 'FLOAT' : 'DOUBLE';
    case 'text':
      return 'VARCHAR';
    case 'binary':
      return 'BLOB';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return type.withTimeZone ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
    default:
      return type satisfies never;
  }
}
