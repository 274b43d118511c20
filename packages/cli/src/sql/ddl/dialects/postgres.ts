import type { Dialect, LoadedColumn, LoadedTable } from '../loaded-table.js';
import { createTable, doubleQuoted, statements, tableName, textLiteral } from '../sql-text.js';

/** For psql, whose `\copy` reads files of the client. https://www.postgresql.org/docs/current/sql-copy.html */
export const POSTGRES: Dialect = {
  formats: ['csv'],
  instead: 'PostgreSQL reads CSV only: export with --format csv',
  refusal: ({ files, folder }) =>
    files.length > 0
      ? undefined
      : `PostgreSQL is told each file by its name, and ${folder} has none of them: give the folder with the files as --location`,
  text: (tables, { schema }) =>
    statements(tables.map((table) => load(table, tableName(table.name, schema, doubleQuoted)))),
};

function load(table: LoadedTable, name: string): string {
  const columns = table.columns.map((column) => `${doubleQuoted(column.name)} ${columnType(column)}`);
  const create = createTable(name, columns);
  if (!table.columns.some(isBase64)) return create + copies(table, name);
  // Bytes are base64 in CSV, which COPY does not read.
  const staged = doubleQuoted(`${table.name}_files`);
  const texts = table.columns.map((column) => {
    const type = isBase64(column) ? 'text' : columnType(column);
    return `${doubleQuoted(column.name)} ${type}`;
  });
  const values = table.columns.map((column) => {
    const quoted = doubleQuoted(column.name);
    return isBase64(column) ? `decode(${quoted}, 'base64')` : quoted;
  });
  return (
    create +
    createTable(staged, texts).replace('CREATE TABLE', 'CREATE TEMPORARY TABLE') +
    copies(table, staged) +
    `INSERT INTO ${name} SELECT ${values.join(', ')} FROM ${staged};\nDROP TABLE ${staged};\n`
  );
}

function copies({ folder, files }: LoadedTable, name: string): string {
  return files
    .map((file) => `\\copy ${name} FROM ${textLiteral(`${folder}/${file}`)} WITH (FORMAT csv, HEADER true)\n`)
    .join('');
}

/** A list is JSON, whose bytes stay base64. */
const isBase64 = ({ type, isList }: LoadedColumn): boolean => type.kind === 'binary' && !isList;

function columnType({ type, isList }: LoadedColumn): string {
  if (isList) return 'jsonb';
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'integer':
      return { 16: 'smallint', 32: 'integer', 64: 'bigint' }[type.bits];
    case 'decimal':
      return `numeric(${type.precision},${type.scale})`;
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision';
    case 'text':
      return 'text';
    case 'binary':
      return 'bytea';
    case 'date':
      return 'date';
    case 'time':
      return 'time';
    case 'timestamp':
      return type.withTimeZone ? 'timestamp with time zone' : 'timestamp';
    default:
      return type satisfies never;
  }
}
