import type { SqlOutput } from '../sql-engine.js';
import { quotedText } from './output-type.js';
import type { OutputField, OutputType } from './output-type.js';

/** The name by which DuckDB knows the id of a field that has fields itself. */
const OWN_ID = '__duckdb_field_id';

/**
 * The options of `COPY` for a file with these columns. Fields have ids as Iceberg gives them to a new table: all columns from 1
 * on, and then what is in the first of them, in the second and so on.
 * https://duckdb.org/docs/stable/data/parquet/overview#writing-to-parquet-files
 */
export function parquetOptions(
  fields: readonly OutputField[],
  { compression, footer = {} }: Pick<SqlOutput, 'compression' | 'footer'>,
): string {
  const values = Object.entries(footer).map(([key, value]) => `${quotedText(key)}: ${quotedText(value)}`);
  return [
    `FORMAT parquet, COMPRESSION ${compression ?? 'snappy'}`,
    // A field of this name is taken for the id of the one around it.
    ...(isNamed(fields, OWN_ID) ? [] : [`FIELD_IDS ${idsOf(fields)}`]),
    ...(values.length === 0 ? [] : [`KV_METADATA {${values.join(', ')}}`]),
  ].join(', ');
}

function idsOf(columns: readonly OutputField[]): string {
  let taken = 0;
  const inside = (fields: readonly OutputField[]): string[] => {
    const first = taken + 1;
    taken += fields.length;
    return fields.map(({ name, type }, at) => {
      const within = inside(fieldsIn(type));
      const id = first + at;
      const own = within.length === 0 ? `${id}` : `{${[`${OWN_ID}: ${id}`, ...within].join(', ')}}`;
      return `${quotedText(name)}: ${own}`;
    });
  };
  return `{${inside(columns).join(', ')}}`;
}

function isNamed(fields: readonly OutputField[], name: string): boolean {
  return fields.some((field) => field.name.toLowerCase() === name || isNamed(fieldsIn(field.type), name));
}

/** The fields that a field of this type has in the schema of a file. */
function fieldsIn(type: OutputType): readonly OutputField[] {
  switch (type.kind) {
    case 'list':
      return [{ name: 'element', type: type.element }];
    case 'struct':
      return type.fields;
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'float':
    case 'text':
    case 'json':
    case 'binary':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return [];
    default:
      return type satisfies never;
  }
}
