import type { Dialect, LoadedColumn } from '../loaded-table.js';
import { createTable, doubleQuoted, statements, tableName, textLiteral } from '../sql-text.js';

/** External tables of the Hive connector. https://trino.io/docs/current/connector/hive.html */
export const TRINO: Dialect = {
  formats: ['parquet'],
  instead: 'Trino knows texts only in other formats: export with --format parquet',
  skipsUnderscore: true,
  refusal: ({ isFolderOwn, columns }) => {
    if (!isFolderOwn)
      return 'Trino takes all files of a folder: keep a folder for each table, and give --location with {name}, such as s3a://lake/tables/{name}';
    const time = columns.find(({ type }) => type.kind === 'time');
    return time === undefined
      ? undefined
      : `Trino does not read the column ${time.name}, a TIME of Parquet: leave out its ansi/type`;
  },
  text: (tables, { schema }) =>
    statements(
      tables.map((table) => {
        const columns = table.columns.map((column) => `${doubleQuoted(column.name)} ${columnType(column)}`);
        const ending = ` WITH (external_location = ${textLiteral(table.folder)}, format = 'PARQUET')`;
        return createTable(tableName(table.name, schema, doubleQuoted), columns, ending);
      }),
    ),
};

function columnType({ type, isList }: LoadedColumn): string {
  return isList ? `array(${scalarType(type)})` : scalarType(type);
}

function scalarType(type: LoadedColumn['type']): string {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'integer':
      return { 16: 'smallint', 32: 'integer', 64: 'bigint' }[type.bits];
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'float':
      return type.bits === 32 ? 'real' : 'double';
    case 'text':
      return 'varchar';
    case 'binary':
      return 'varbinary';
    case 'date':
      return 'date';
    case 'time':
      return 'time';
    case 'timestamp':
      // The connector has no zones, in which moments are in UTC, and takes this precision unless it is told another.
      return 'timestamp(3)';
    default:
      return type satisfies never;
  }
}
