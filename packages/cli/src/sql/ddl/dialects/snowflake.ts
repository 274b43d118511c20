import { numbersThatJsonLoses } from '../json-numbers.js';
import { fileExpression } from '../loaded-table.js';
import type { Dialect, LoadedColumn, LoadedTable } from '../loaded-table.js';
import { createTable, doubleQuoted, statements, tableName, textLiteral } from '../sql-text.js';

/** https://docs.snowflake.com/en/sql-reference/sql/copy-into-table */
export const SNOWFLAKE: Dialect = {
  formats: ['parquet', 'csv', 'ndjson'],
  instead: '',
  refusal: (table) =>
    table.folder.startsWith('@')
      ? numbersThatJsonLoses(table, { readsDecimals: true })
      : `Snowflake loads from a stage: give it as --location, such as @fhir_exports/run1, and not ${table.folder}`,
  text: (tables, { schema }) =>
    statements(
      tables.map((table) => {
        const name = tableName(table.name, schema, doubleQuoted);
        const columns = table.columns.map((column) => `${doubleQuoted(column.name)} ${columnType(column)}`);
        return `${createTable(name, columns)}COPY INTO ${name}\nFROM ${source(table)}\nPATTERN = ${textLiteral(fileExpression(table))}\nFILE_FORMAT = (${fileFormat(table)})${byName(table)};\n`;
      }),
    ),
};

/** A list in CSV is the text of JSON. */
function source({ folder, format, columns }: LoadedTable): string {
  if (format !== 'csv' || !columns.some(({ isList }) => isList)) return folder;
  const values = columns.map(({ isList }, at) => (isList ? `PARSE_JSON($${at + 1})` : `$${at + 1}`));
  return `(SELECT ${values.join(', ')} FROM ${folder})`;
}

function fileFormat({ format }: LoadedTable): string {
  switch (format) {
    case 'parquet':
      return 'TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE';
    case 'ndjson':
      return 'TYPE = JSON BINARY_FORMAT = BASE64';
    case 'csv':
      return `TYPE = CSV SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '"' EMPTY_FIELD_AS_NULL = TRUE BINARY_FORMAT = BASE64`;
    default:
      return format satisfies never;
  }
}

function byName({ format }: LoadedTable): string {
  return format === 'csv' ? '' : '\nMATCH_BY_COLUMN_NAME = CASE_SENSITIVE';
}

function columnType({ type, isList }: LoadedColumn): string {
  if (isList) return 'ARRAY';
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return { 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' }[type.bits];
    case 'decimal':
      return `NUMBER(${type.precision},${type.scale})`;
    case 'float':
      return 'FLOAT';
    case 'text':
      return 'VARCHAR';
    case 'binary':
      return 'BINARY';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return type.withTimeZone ? 'TIMESTAMP_TZ' : 'TIMESTAMP_NTZ';
    default:
      return type satisfies never;
  }
}
