import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SqlColumn, SqlProgram, SqlRunRequest, SqlStatement, SqlTable } from '../sql-engine.js';
import { hideEngineValues, searchPath } from './engine-values.js';
import { macros } from './expressions.js';
import { quotedName, quotedText } from './output-type.js';
import { prepareStatement } from './prepare-statement.js';
import { readPrepareError } from './read-error.js';
import type { ReadyStatement } from './prepare-statement.js';

/** A database in memory with the tables of one program, which can read nothing else and whose settings are locked. */
export interface Session {
  readonly connection: DuckDBConnection;
  close(): void;
}

export interface SessionTerms {
  readonly memoryBytes: number;
  readonly threads: number;
  /** Absent: nothing goes to temporary files. */
  readonly temporary?: { readonly folder: string; readonly bytes: number };
}

/** The macros of the output. No statement can name them, because it names no schema. */
export const OWN_SCHEMA = 'millrace_output';
const TABLE_SCHEMA = 'millrace_tables';

/**
 * Optimizers that give wrong rows in DuckDB 1.5.5, without an error: filters of a join that pass a LIMIT below it
 * (https://github.com/duckdb/duckdb/issues/22924), the first rows of a window without those whose order has no value
 * (https://github.com/duckdb/duckdb/issues/23677), windows that are computed from other rows
 * (https://github.com/duckdb/duckdb/issues/24780), and branches of a UNION that share a join which is not the same
 * (https://github.com/duckdb/duckdb/issues/25819). `test/sqlquery/right-answers.test.ts` has queries for them but the last.
 */
const WRONG_OPTIMIZERS: readonly string[] = [
  'common_subplan',
  'join_filter_pushdown',
  'top_n_window_elimination',
  'window_self_join',
];

/** A database without tables. Its settings are not locked yet. */
export async function openSession({ memoryBytes, threads, temporary }: SessionTerms): Promise<Session> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${memoryBytes}B`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    allow_persistent_secrets: 'false',
    errors_as_json: 'true',
    temp_directory: temporary?.folder ?? '',
  });
  const connection = await instance.connect();
  // DuckDB 1.5.5 shows this limit and does not keep it where it is given at the start.
  await connection.run(`SET max_temp_directory_size = '${temporary?.bytes ?? 0}B'`);
  await connection.run(`SET disabled_optimizers = '${WRONG_OPTIMIZERS.join(',')}'`);
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run("SET Calendar = 'gregorian'");
  await connection.run(`CREATE SCHEMA ${OWN_SCHEMA}`);
  for (const macro of macros(OWN_SCHEMA)) await connection.run(macro);
  await connection.run(`CREATE SCHEMA ${TABLE_SCHEMA}`);
  await hideEngineValues(connection);
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** From here on no setting changes, and no file is read or written but these. */
export async function lock(
  connection: DuckDBConnection,
  { files, folders }: { readonly files: readonly string[]; readonly folders: readonly string[] },
): Promise<void> {
  const list = (paths: readonly string[]): string => `[${paths.map(quotedText).join(', ')}]`;
  await connection.run(`SET allowed_paths = ${list(files)}`);
  await connection.run(`SET allowed_directories = ${list(folders)}`);
  await connection.run('SET enable_external_access = false');
  if (files.length + folders.length === 0)
    await connection.run("SET disabled_filesystems = 'LocalFileSystem'");
  await connection.run('SET lock_configuration = true');
}

/** Tables over Parquet files; empty ones without `files`. */
export async function createTables(
  connection: DuckDBConnection,
  tables: readonly SqlTable[],
  files: SqlRunRequest['files'] = {},
): Promise<void> {
  for (const { id, columns } of tables) {
    const name = `${TABLE_SCHEMA}.${quotedName(id)}`;
    const paths = files[id] ?? [];
    if (paths.length === 0) {
      const list = columns.map((column) => `${quotedName(column.name)} ${column.type}`);
      await connection.run(`CREATE TABLE ${name} (${list.join(', ')})`);
      continue;
    }
    const sources = `[${paths.map(quotedText).join(', ')}]`;
    const isGuarded = columns.some(isMissed) && (await haveFilters(connection, sources));
    const list = columns.map((column) => {
      const title = quotedName(column.name);
      // DuckDB asks no filter for the value of an expression.
      const value = isGuarded && isMissed(column) ? `coalesce(${title}, ${title})` : title;
      return `CAST(${value} AS ${column.type}) AS ${title}`;
    });
    const parquet = `read_parquet(${sources}, hive_partitioning = false)`;
    await connection.run(`CREATE VIEW ${name} AS SELECT ${list.join(', ')} FROM ${parquet}`);
  }
}

/**
 * DuckDB 1.5.5 does not find bytes and zeros by the Bloom filters of Parquet files, without an error:
 * https://github.com/duckdb/duckdb/pull/23829. Views have no such filters; external tables may.
 */
const isMissed = ({ type }: SqlColumn): boolean => /BLOB|FLOAT|DOUBLE/.test(type);

async function haveFilters(connection: DuckDBConnection, sources: string): Promise<boolean> {
  const reader = await connection.runAndReadAll(
    `SELECT coalesce(bool_or(bloom_filter_offset IS NOT NULL), false) FROM parquet_metadata(${sources})`,
  );
  return reader.value(0, 0) === true;
}

/** No label is such a name. */
const RESULT = quotedName('result of the view');

/**
 * Makes the views of a program, and prepares its query. Each statement has a schema of its own with its labels, in which its
 * names are looked up also where another statement selects from it.
 *
 * @throws SqlFault
 */
export async function createStatements(
  connection: DuckDBConnection,
  program: SqlProgram,
): Promise<ReadyStatement> {
  for (const [at, view] of program.views.entries()) {
    const schema = `millrace_view_${at}`;
    await nameTables(connection, schema, view);
    const statement = await prepareStatement(connection, view.id, view, []);
    const head = `CREATE VIEW ${schema}.${RESULT} AS `;
    try {
      await connection.run(head + statement.sql);
    } catch (error) {
      // Such as a pivot whose columns are those that the data has.
      throw statement.told(readPrepareError(error), Buffer.byteLength(head));
    }
    await connection.run(`CREATE VIEW ${TABLE_SCHEMA}.${quotedName(view.id)} AS FROM ${schema}.${RESULT}`);
  }
  await nameTables(connection, 'millrace_query', program.query);
  return prepareStatement(connection, 'query', program.query, program.values);
}

async function nameTables(
  connection: DuckDBConnection,
  schema: string,
  { names }: SqlStatement,
): Promise<void> {
  await connection.run(`CREATE SCHEMA ${schema}`);
  for (const [label, id] of Object.entries(names)) {
    await connection.run(
      `CREATE VIEW ${schema}.${quotedName(label)} AS FROM ${TABLE_SCHEMA}.${quotedName(id)}`,
    );
  }
  await connection.run(searchPath(schema));
}
