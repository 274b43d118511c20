import { filePattern } from '../loaded-table.js';
import type { Dialect, LoadedColumn } from '../loaded-table.js';
import { createTable, statements, tableName } from '../sql-text.js';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/load-statements */
export const BIGQUERY: Dialect = {
  formats: ['parquet'],
  instead:
    'rounds large numbers of JSON, and takes nothing in CSV for an empty text: export with --format parquet',
  takesPattern: true,
  refusal: ({ folder }) =>
    folder.startsWith('gs://')
      ? undefined
      : `BigQuery loads from Cloud Storage: give a prefix as --location, such as gs://lake/run1, and not ${folder}`,
  text: (tables, { schema }) =>
    statements(
      tables.map((table) => {
        const name = tableName(table.name, schema, quoted);
        const columns = table.columns.map((column) => `${quoted(column.name)} ${columnType(column)}`);
        const uris = stringLiteral(`${table.folder}/${filePattern(table)}`);
        return `${createTable(name, columns)}LOAD DATA INTO ${name}\nFROM FILES (format = 'PARQUET', enable_list_inference = true, uris = [${uris}]);\n`;
      }),
    ),
};

/** Names and texts have the same escapes here. */
const escaped = (text: string): string => text.replaceAll(/[\\'`]/g, String.raw`\$&`);
const quoted = (name: string): string => `\`${escaped(name)}\``;
const stringLiteral = (text: string): string => `'${escaped(text)}'`;

function columnType({ type, isList }: LoadedColumn): string {
  return isList ? `ARRAY<${scalarType(type)}>` : scalarType(type);
}

/** NUMERIC has 29 digits in front of the point and 9 behind it. */
const NUMERIC = { whole: 29, scale: 9 };

function scalarType(type: LoadedColumn['type']): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOL';
    case 'integer':
      return 'INT64';
    case 'decimal': {
      const { precision, scale } = type;
      const fits = scale <= NUMERIC.scale && precision - scale <= NUMERIC.whole;
      return `${fits ? 'NUMERIC' : 'BIGNUMERIC'}(${precision}, ${scale})`;
    }
    case 'float':
      return 'FLOAT64';
    case 'text':
      return 'STRING';
    case 'binary':
      return 'BYTES';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return type.withTimeZone ? 'TIMESTAMP' : 'DATETIME';
    default:
      return type satisfies never;
  }
}
