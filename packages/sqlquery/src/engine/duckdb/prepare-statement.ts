import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBType } from '@duckdb/node-api';
import type { BoundValue, SqlStatement } from '../sql-engine.js';
import { SqlEngineError, SqlFault } from '../sql-fault.js';
import type { SqlFaultKind } from '../sql-fault.js';
import { boundType, castType } from './bound-type.js';
import { checkStatement } from './check-statement.js';
import { placeOfName } from './engine-values.js';
import { readPrepareError } from './read-error.js';
import type { EngineError } from './read-error.js';
import { readPlaceholders } from './read-placeholders.js';
import type { PreparedText } from './read-placeholders.js';

/** A statement that was checked and can be prepared. */
export interface ReadyStatement {
  /** Without a semicolon. Names are those of the current schema, parameters those of `bind`. */
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: DuckDBType }[];
  /** Whether its rows have an order. */
  readonly isOrdered: boolean;
  bind(prepared: DuckDBPreparedStatement): void;
  fault(kind: SqlFaultKind, message: string): SqlFault;
  /** The fault or error that an error of the engine means. */
  told(error: EngineError, prefixBytes: number): SqlFault | SqlEngineError;
}

/**
 * Checks a statement and has DuckDB prepare it, with the names of the current schema.
 *
 * @param id for faults: `query`, or that of a view
 * @throws SqlFault
 */
export async function prepareStatement(
  connection: DuckDBConnection,
  id: string,
  { sql: given, names }: SqlStatement,
  values: readonly BoundValue[],
): Promise<ReadyStatement> {
  const declared = new Map(values.map((value) => [value.name, value]));
  const labels = new Set(Object.keys(names).map((label) => label.toLowerCase()));
  const faultAt = (kind: SqlFaultKind, message: string, offset?: number): SqlFault =>
    new SqlFault(kind, message, { statement: id, ...(offset === undefined ? {} : placeOf(given, offset)) });
  const read = (typeOf: typeof boundType): PreparedText => {
    const text = readPlaceholders(given, (name) => {
      const value = declared.get(name);
      return value === undefined ? undefined : typeOf(value);
    });
    if ('message' in text) throw faultAt('parameter', text.message, text.offset);
    return text;
  };
  const told = (
    text: PreparedText,
    { kind, message, position }: EngineError,
    prefix = 0,
  ): SqlFault | SqlEngineError => {
    if (kind === 'engine') return new SqlEngineError(message);
    const offset = position === undefined ? undefined : offsetOf(text.sql, position - prefix);
    return faultAt(kind, message, offset === undefined ? undefined : text.original(offset));
  };

  // DuckDB reads a text up to it, and checks another one than it prepares.
  const nul = given.indexOf('\0');
  if (nul >= 0) throw faultAt('syntax', 'a character with the code 0 cannot stand in SQL', nul);
  for (const value of values) {
    if (castType(value) === undefined) {
      throw faultAt(
        'parameter',
        `the parameter ${value.name} has the type ${value.type}, for which SQL has no value`,
      );
    }
  }
  const loose = read(boundType);
  const tree = await serialise(connection, loose.sql).catch((error: unknown) => {
    // A long text has a tree that takes more memory than there is.
    throw error instanceof SqlEngineError ? error : told(loose, readPrepareError(error));
  });
  const checked = checkStatement(tree, labels);
  if ('fault' in checked) {
    const { kind, message, position } = checked.fault;
    // Another statement is told from its beginning, and a second one from its own.
    throw kind === 'not-a-select' && position === undefined
      ? faultAt(kind, message, loose.begins.at(-1))
      : told(loose, checked.fault);
  }

  let text = loose;
  let prepared: DuckDBPreparedStatement;
  try {
    prepared = await connection.prepare(text.sql);
    // The type of a date in the select list is not known by its place, and beside an interval it is taken for one.
    if ((!areTyped(prepared) || hasInterval(prepared, text)) && loose.parameters.size > 0) {
      text = read(castType);
      prepared = await connection.prepare(text.sql);
    }
  } catch (error) {
    const read = readPrepareError(error);
    const { engineValue: name } = read;
    // Its own place is in the macro that hides the value.
    throw told(text, name === undefined ? read : { ...read, position: placeOfName(tree, name) });
  }
  if (!areTyped(prepared)) throw faultAt('type', 'the types of the columns are not known; expected casts');
  const columns = Array.from({ length: prepared.columnCount }, (_, at) => ({
    name: prepared.columnName(at),
    type: prepared.columnType(at),
  }));
  const { parameters } = text;
  return {
    sql: text.sql,
    columns,
    isOrdered: checked.isOrdered,
    bind(statement) {
      for (const [name, known] of parameters) {
        const value = declared.get(name)?.value ?? null;
        const index = statement.parameterIndex(known);
        if (value === null) statement.bindNull(index);
        else statement.bindVarchar(index, String(value));
      }
    },
    fault: (kind, message) => faultAt(kind, message),
    told: (error, prefixBytes) => told(text, error, prefixBytes),
  };
}

/** Whether DuckDB takes a parameter for an interval, which none is. */
function hasInterval(prepared: DuckDBPreparedStatement, { parameters }: PreparedText): boolean {
  return [...parameters.values()].some((name) => {
    try {
      return prepared.parameterTypeId(prepared.parameterIndex(name)) === DuckDBTypeId.INTERVAL;
    } catch {
      // The words of DuckDB for a type that it does not know.
      return false;
    }
  });
}

function areTyped(prepared: DuckDBPreparedStatement): boolean {
  const { columnCount } = prepared;
  for (let at = 0; at < columnCount; at += 1) {
    if (prepared.columnTypeId(at) === DuckDBTypeId.INVALID) return false;
  }
  return columnCount > 0;
}

/** The tree of the text as JSON. */
async function serialise(connection: DuckDBConnection, sql: string): Promise<string> {
  const statement = await connection.prepare('SELECT json_serialize_sql(CAST($text AS VARCHAR))');
  try {
    statement.bindVarchar(1, sql);
    const reader = await statement.runAndReadAll();
    const value = reader.value(0, 0);
    if (typeof value !== 'string') throw new SqlEngineError('the engine gave no tree of the statement');
    return value;
  } finally {
    statement.destroySync();
  }
}

/** UTF-16 units for bytes of UTF-8; undefined outside of the text. */
function offsetOf(text: string, bytes: number): number | undefined {
  const encoded = Buffer.from(text);
  return bytes < 0 || bytes > encoded.length ? undefined : encoded.subarray(0, bytes).toString().length;
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(start)].length + 1 };
}
