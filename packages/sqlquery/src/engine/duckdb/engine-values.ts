import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedName } from './output-type.js';

/**
 * Names that DuckDB takes for functions where they are no columns and stand without brackets. Each tells of the engine.
 * https://duckdb.org/docs/stable/sql/functions/utility
 */
const NAMES = [
  'current_catalog',
  'current_role',
  'current_schema',
  'current_user',
  'session_user',
  'user',
] as const;

/** The schema that hides them, behind that of a statement. */
const SCHEMA = 'millrace_hidden';
const MARK = 'value of the engine: ';

/**
 * Hides these functions: a macro of each name selects from a table that is gone, so that to prepare a statement which uses one is
 * an error, while a column of the name is a column.
 */
export async function hideEngineValues(connection: DuckDBConnection): Promise<void> {
  const statements = NAMES.flatMap((name) => {
    const table = `${SCHEMA}.${quotedName(MARK + name)}`;
    return [
      `CREATE TABLE ${table} (x INTEGER)`,
      `CREATE MACRO ${SCHEMA}.${quotedName(name)}() AS (SELECT x FROM ${table})`,
      `DROP TABLE ${table}`,
    ];
  });
  await connection.run([`CREATE SCHEMA ${SCHEMA}`, ...statements].join(';\n'));
}

/** Where the names of a statement are looked up: in its own schema first. */
export function searchPath(schema: string): string {
  return `SET search_path = '${schema},${SCHEMA}'`;
}

/** The function that an error of DuckDB is about, if it is one of these. */
export function engineValueIn(message: string): string | undefined {
  return new RegExp(`^Table with name ${MARK}(\\w+) does not exist`).exec(message)?.[1];
}

/** The byte at which the tree of a statement, as `json_serialize_sql` gives it, first has a name by itself. */
export function placeOfName(tree: string, name: string): number | undefined {
  const found = new RegExp(`"query_location":(\\d{1,9}),"column_names":\\["${name}"\\]`, 'i').exec(tree);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
