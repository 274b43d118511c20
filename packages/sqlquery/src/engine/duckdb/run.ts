import { renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SqlPart, SqlRunRequest, SqlRunResult } from '../sql-engine.js';
import { SqlEngineError, SqlFault } from '../sql-fault.js';
import { fieldsOf } from './analyse.js';
import { layoutOf, rowText, typedValue } from './expressions.js';
import type { Layout } from './expressions.js';
import { quotedName, quotedText, sqlNameOf } from './output-type.js';
import type { OutputField } from './output-type.js';
import { parquetOptions } from './parquet-options.js';
import type { ReadyStatement } from './prepare-statement.js';
import { readRunError } from './read-error.js';
import { columnAt, relation } from './relation.js';
import { OWN_SCHEMA, createStatements, createTables, lock, openSession } from './session.js';
import { splitText } from './split-text.js';

/** @throws SqlFault, SqlEngineError */
export async function run(request: SqlRunRequest): Promise<Omit<SqlRunResult, 'peakBytes'>> {
  const { program, files, output, temporaryFolder, limits } = request;
  const { memoryBytes, temporaryBytes, threads } = limits;
  const temporary = { folder: temporaryFolder, bytes: temporaryBytes };
  const session = await openSession({ memoryBytes, threads, temporary });
  const { connection } = session;
  try {
    await createTables(connection, program.tables, files);
    await lock(connection, {
      files: Object.values(files).flat(),
      folders: [output.folder, temporaryFolder],
    });
    const statement = await createStatements(connection, program);
    const fields = fieldsOf(statement, output.format);
    const parts =
      output.format === 'parquet'
        ? await runToParquet(connection, statement, fields, request)
        : await runToText(connection, statement, fields, request, output.format);
    return { parts, columns: fields.map(({ name, type }) => ({ name, type: sqlNameOf(type) })) };
  } finally {
    session.close();
  }
}

async function runToText(
  connection: DuckDBConnection,
  statement: ReadyStatement,
  fields: readonly OutputField[],
  { output }: SqlRunRequest,
  format: 'csv' | 'ndjson' | 'json' | 'fhir',
): Promise<readonly SqlPart[]> {
  const { folder, header, partBytes, rows, formulas } = output;
  const layout = layoutOf(
    format,
    fields.map(({ name }) => name),
    header,
    formulas,
  );
  const file = join(folder, 'all-rows');
  const from = relation(statement, fields, rows);
  const row = `${rowText(format, fields, columnAt, OWN_SCHEMA, formulas)} AS ${titleOf(layout)}`;
  const values = fields.map(
    (field, at) => `${typedValue(field, columnAt(at), OWN_SCHEMA)} AS ${columnAt(at)}`,
  );
  const head = `COPY (SELECT ${row} FROM (SELECT ${values.join(', ')} FROM `;
  const [count] = await execute(
    connection,
    statement,
    `${head}${from.text})) TO ${quotedText(file)} (${textOptions(layout)})`,
    head + from.head,
  );
  const ending = format === 'fhir' ? 'fhir.json' : format;
  return splitText(file, folder, layout, {
    rows: Number(count?.['Count']),
    partBytes,
    isQuoted: format === 'csv',
    ending,
  });
}

/** The name of the one column is the first line of a file of CSV. */
function titleOf({ head, separator }: Layout): string {
  return quotedName(separator === '\n' && head !== '' ? head.slice(0, -1) : 'row');
}

/** Each row is one text, which is written as it is. */
function textOptions({ head, separator, tail }: Layout): string {
  const plain = "FORMAT csv, QUOTE '', ESCAPE '', DELIMITER '', COMPRESSION none, USE_TMP_FILE false";
  return separator === '\n'
    ? `${plain}, HEADER ${head !== ''}`
    : `${plain}, HEADER false, PREFIX ${quotedText(head)}, SUFFIX ${quotedText(tail)}, NEW_LINE ${quotedText(separator)}`;
}

async function runToParquet(
  connection: DuckDBConnection,
  statement: ReadyStatement,
  fields: readonly OutputField[],
  request: SqlRunRequest,
): Promise<readonly SqlPart[]> {
  const { output, limits } = request;
  const { folder, partBytes, rows } = output;
  const list = fields.map(
    (field, at) => `${typedValue(field, columnAt(at), OWN_SCHEMA)} AS ${quotedName(field.name)}`,
  );
  const head = `COPY (SELECT ${list.join(', ')} FROM `;
  const from = relation(statement, fields, rows);
  const copyTo = (target: string, options: string): Promise<readonly Returned[]> =>
    execute(
      connection,
      statement,
      `${head}${from.text}) TO ${quotedText(target)} (${options})`,
      head + from.head,
    );
  // DuckDB splits files in the order of the rows with one thread only.
  const isSplitAtOnce = Number.isFinite(partBytes) && (limits.threads === 1 || !statement.isOrdered);
  const parts = join(folder, 'parts');
  const plain = parquetOptions(fields, output);
  const split = `${plain}, ${splitAt(partBytes)}`;
  if (isSplitAtOnce) return taken(await copyTo(parts, split), parts, folder);
  const whole = join(folder, 'all-rows');
  const [written] = await copyTo(whole, `${plain}, USE_TMP_FILE false, RETURN_STATS`);
  const bytes = statSync(whole).size;
  if (bytes <= partBytes) {
    const path = join(folder, 'part-0.parquet');
    renameSync(whole, path);
    return [{ path, rows: Number(written?.['count']), bytes }];
  }
  const files = await splitParquet(whole, parts, split, request);
  rmSync(whole);
  return taken(files, parts, folder);
}

const splitAt = (partBytes: number): string =>
  `FILE_SIZE_BYTES ${Math.max(1, Math.trunc(partBytes))}, FILENAME_PATTERN 'part-{i}', RETURN_STATS`;

/** Splits a file of rows that have an order, with these options of `COPY`. */
async function splitParquet(
  whole: string,
  parts: string,
  options: string,
  { output, temporaryFolder, limits }: SqlRunRequest,
): Promise<readonly Returned[]> {
  const temporary = { folder: temporaryFolder, bytes: limits.temporaryBytes };
  const session = await openSession({ memoryBytes: limits.memoryBytes, threads: 1, temporary });
  try {
    await lock(session.connection, { files: [], folders: [output.folder] });
    const reader = await session.connection.runAndReadAll(
      `COPY (FROM read_parquet(${quotedText(whole)}, hive_partitioning = false)) TO ${quotedText(parts)} (${options})`,
    );
    return reader.getRowObjectsJson();
  } catch (error) {
    const { kind, message } = readRunError(error);
    throw kind === 'engine'
      ? new SqlEngineError(message)
      : new SqlFault(kind, message, { statement: 'query' });
  } finally {
    session.close();
  }
}

/** Moves the parts of a folder of DuckDB to where they belong. */
function taken(written: readonly Returned[], parts: string, folder: string): readonly SqlPart[] {
  const ordered = written
    .map((row) => ({ path: String(row['filename']), rows: Number(row['count']) }))
    .sort((a, b) => numberOf(a.path) - numberOf(b.path));
  const moved = ordered.map(({ path, rows }, at): SqlPart => {
    const target = join(folder, `part-${at}.parquet`);
    renameSync(path, target);
    return { path: target, rows, bytes: statSync(target).size };
  });
  rmdirSync(parts);
  return moved;
}

const numberOf = (path: string): number => Number(/part-(\d+)\.parquet$/.exec(path)?.[1]);

type Returned = Readonly<Record<string, unknown>>;

async function execute(
  connection: DuckDBConnection,
  statement: ReadyStatement,
  sql: string,
  prefix: string,
): Promise<readonly Returned[]> {
  try {
    const prepared = await connection.prepare(sql);
    statement.bind(prepared);
    const reader = await prepared.runAndReadAll();
    return reader.getRowObjectsJson();
  } catch (error) {
    throw statement.told(readRunError(error), Buffer.byteLength(prefix));
  }
}
