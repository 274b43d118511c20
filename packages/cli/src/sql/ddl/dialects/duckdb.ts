import { filePattern } from '../loaded-table.js';
import type { Dialect, LoadedColumn, LoadedTable } from '../loaded-table.js';
import { createTable, doubleQuoted, statements, tableName, textLiteral } from '../sql-text.js';

/** https://duckdb.org/docs/stable/data/overview */
export const DUCKDB: Dialect = {
  formats: ['parquet', 'csv', 'ndjson'],
  instead: '',
  loadsPartitions: true,
  text: (tables, { schema }) =>
    statements(
      tables.map((table) => {
        const name = tableName(table.name, schema, doubleQuoted);
        const columns = table.columns.map((column) => `${doubleQuoted(column.name)} ${columnType(column)}`);
        return `${createTable(name, columns)}INSERT INTO ${name}\nSELECT ${selected(table)}\nFROM ${reader(table)};\n`;
      }),
    ),
};

function selected({ columns, format }: LoadedTable): string {
  return columns
    .map((column) => {
      const quoted = doubleQuoted(column.name);
      if (format === 'parquet' || column.type.kind !== 'binary') {
        return format === 'csv' && column.isList ? `CAST(${quoted} AS ${columnType(column)})` : quoted;
      }
      return column.isList
        ? `list_transform(CAST(${quoted} AS VARCHAR[]), lambda x: from_base64(x)) AS ${quoted}`
        : `from_base64(${quoted}) AS ${quoted}`;
    })
    .join(', ');
}

function reader(table: LoadedTable): string {
  const { folder, name, partitionBy } = table;
  const inside = partitionBy === undefined ? folder : `${folder}/${name}/${partitionBy}=*`;
  const path = textLiteral(`${inside}/${filePattern(table)}`);
  const hive = hiveOptions(table);
  if (table.format === 'parquet') return `read_parquet(${path}, ${hive})`;
  const types = table.columns
    .filter((column) => column.name !== partitionBy)
    .map((column) => `${textLiteral(column.name)}: ${textLiteral(textColumnType(column, table.format))}`);
  const columns = `${hive}, columns = {${types.join(', ')}}`;
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
