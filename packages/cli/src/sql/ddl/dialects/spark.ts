import { numbersThatJsonLoses } from '../json-numbers.js';
import { filePattern } from '../loaded-table.js';
import type { Dialect, LoadedColumn, LoadedTable } from '../loaded-table.js';
import { backQuoted, createTable, statements, tableName } from '../sql-text.js';

/** https://spark.apache.org/docs/latest/sql-data-sources.html */
export const SPARK: Dialect = {
  formats: ['parquet', 'csv', 'ndjson'],
  instead: '',
  takesPattern: true,
  skipsUnderscore: true,
  refusal: (table) => {
    const time = table.columns.find(({ type }) => type.kind === 'time');
    return table.format === 'parquet' && time !== undefined
      ? `Spark does not read the column ${time.name}, a TIME of Parquet: export with --format csv or ndjson, or leave out its ansi/type`
      : numbersThatJsonLoses(table, { readsDecimals: true });
  },
  text: (tables, { schema }) =>
    statements(
      tables.map((table) => {
        const name = tableName(table.name, schema, backQuoted);
        const columns = table.columns.map((column) => `${backQuoted(column.name)} ${columnType(column)}`);
        const files = backQuoted(`${table.name}_files`);
        return `${fileView(table, files)}${createTable(name, columns, ' USING parquet')}INSERT INTO ${name}\nSELECT ${selected(table)}\nFROM ${files};\n`;
      }),
    ),
};

/** The files of one output, beside which others may lie in the folder. */
function fileView(table: LoadedTable, files: string): string {
  const options = [
    `path ${literal(table.folder)}`,
    `pathGlobFilter ${literal(filePattern(table))}`,
    ...(table.format === 'csv' ? ["header 'true'", `quote '"'`, `escape '"'`, "multiLine 'true'"] : []),
  ];
  const using = { parquet: 'parquet', csv: 'csv', ndjson: 'json' }[table.format];
  const columns =
    table.format === 'parquet'
      ? ''
      : ` (${table.columns.map((column) => `${backQuoted(column.name)} ${fileType(column, table.format)}`).join(', ')})`;
  return `CREATE OR REPLACE TEMPORARY VIEW ${files}${columns}\nUSING ${using} OPTIONS (${options.join(', ')});\n`;
}

/** The type that a text is read as: base64 is text, and a list in CSV is the text of JSON. */
function fileType(column: LoadedColumn, format: LoadedTable['format']): string {
  if (format === 'csv' && column.isList) return 'STRING';
  if (column.type.kind === 'binary') return column.isList ? 'ARRAY<STRING>' : 'STRING';
  return columnType(column);
}

function selected({ columns, format }: LoadedTable): string {
  return columns
    .map(({ name, type, isList }) => {
      const quoted = backQuoted(name);
      if (format === 'parquet') return quoted;
      const isBase64 = type.kind === 'binary';
      if (!isList) return isBase64 ? `unbase64(${quoted})` : quoted;
      const entries = isBase64 ? 'STRING' : scalarType(type);
      const list = format === 'csv' ? `from_json(${quoted}, 'ARRAY<${entries}>')` : quoted;
      return isBase64 ? `transform(${list}, x -> unbase64(x))` : list;
    })
    .join(', ');
}

const literal = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

function columnType({ type, isList }: LoadedColumn): string {
  return isList ? `ARRAY<${scalarType(type)}>` : scalarType(type);
}

function scalarType(type: LoadedColumn['type']): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return { 16: 'SMALLINT', 32: 'INT', 64: 'BIGINT' }[type.bits];
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'float':
      return type.bits === 32 ? 'FLOAT' : 'DOUBLE';
    case 'text':
    case 'time':
      // It has no times of day.
      return 'STRING';
    case 'binary':
      return 'BINARY';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return type.withTimeZone ? 'TIMESTAMP' : 'TIMESTAMP_NTZ';
    default:
      return type satisfies never;
  }
}
