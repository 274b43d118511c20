import type { SqlColumn } from './engine/sql-engine.js';

/** Standard names that the engine and Parquet have others for. */
const ENGINE_NAMES: Readonly<Record<string, string>> = {
  'BINARY VARYING': 'BLOB',
  'CHARACTER VARYING': 'VARCHAR',
  'DOUBLE PRECISION': 'DOUBLE',
  REAL: 'FLOAT',
};

/**
 * A column of a view as a column of a table.
 *
 * @param column with the standard name of its SQL type, which is that of an entry where a cell is a list
 */
export function tableColumn(column: {
  readonly name: string;
  readonly collection: boolean;
  readonly sqlType: string;
}): SqlColumn {
  const { name, collection, sqlType } = column;
  // The length of a text is a limit for its writer only.
  const standard = sqlType.replace(/^CHARACTER VARYING\(\d+\)$/, 'CHARACTER VARYING');
  const type = ENGINE_NAMES[standard] ?? standard;
  return { name, type: collection ? `${type}[]` : type };
}

/** Two columns whose names SQL cannot tell apart, because case counts for nothing in it; undefined where there are none. */
export function repeatedColumn(
  columns: readonly { readonly name: string }[],
): readonly [first: string, second: string] | undefined {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const key = name.toLowerCase();
    const first = seen.get(key);
    if (first !== undefined) return [first, name];
    seen.set(key, name);
  }
  return undefined;
}
