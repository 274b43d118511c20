import { isJsonObject } from '@millrace/fhir';
import type { SqlFaultKind } from '../sql-fault.js';

/** A fault with its place in the text that DuckDB read, in bytes. */
export interface StatementFault {
  readonly kind: SqlFaultKind;
  readonly message: string;
  readonly position: number | undefined;
}

export type CheckedStatement =
  | {
      /** Whether its rows have an order. */
      readonly isOrdered: boolean;
    }
  | { readonly fault: StatementFault };

/** Functions that make rows of their arguments. All others read files or tell of the engine and its host. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'generate_series',
  'generate_subscripts',
  'json_each',
  'json_tree',
  'range',
  'regexp_split_to_table',
  'repeat_row',
  'unnest',
]);

/** Functions that tell of the engine and its host, that run text as SQL, or that write. */
const FORBIDDEN_FUNCTIONS: ReadonlySet<string> = new Set([
  'add_parquet_key',
  'col_description',
  'current_catalog',
  'current_connection_id',
  'current_database',
  'current_query',
  'current_query_id',
  'current_role',
  'current_schema',
  'current_schemas',
  'current_setting',
  'current_transaction_id',
  'current_user',
  'currval',
  'get_block_size',
  'getenv',
  'getvariable',
  'in_search_path',
  'json_deserialize_sql',
  'json_serialize_plan',
  'json_serialize_sql',
  'nextval',
  'obj_description',
  'parse_duckdb_log_message',
  'session_user',
  'set_config',
  'shobj_description',
  'sleep_ms',
  'sql_auto_complete',
  'stats',
  'txid_current',
  'user',
  'version',
  'write_log',
]);

/** Functions that PostgreSQL has for its catalogue, and those that DuckDB has for itself. */
const FORBIDDEN_KIND = /^(?:pg_|inet_|has_\w+_privilege$|__internal_)/i;

/** A function with OVER is a window. */
const FUNCTION_CLASSES: ReadonlySet<unknown> = new Set(['FUNCTION', 'WINDOW']);

/** The schemas of ours have macros. Another schema in front of a function may be a column, on which it is called. */
const OWN_SCHEMAS = /^millrace_/i;

/**
 * Names that DuckDB finds without a common table expression of that name, where that is not visible: those of its own views, and
 * all that may be the name of a file.
 */
const ENGINE_NAME = /^(?:duckdb_|pg_|pragma_|sqlite_|information_schema)|[./\\:*?[\]{}]/i;

/**
 * Checks the tree of a text before it is prepared: one SELECT, from tables that it names by its labels, with functions that
 * stay within them. The configuration of the engine is a second wall behind this one.
 *
 * @param serialised what `json_serialize_sql` gives
 * @param labels in lower case
 */
export function checkStatement(serialised: string, labels: ReadonlySet<string>): CheckedStatement {
  const read = parsedTree(serialised);
  if (read === undefined) {
    const message = 'a number in the SQL is beyond the range of DOUBLE';
    return { fault: { kind: 'value', message, position: undefined } };
  }
  if (!isJsonObject(read)) throw new TypeError('json_serialize_sql gave no object');
  if (read['error'] === true) return { fault: readError(read) };
  const statements: readonly unknown[] = Array.isArray(read['statements']) ? read['statements'] : [];
  if (statements.length !== 1) {
    const found = statements.length === 0 ? 'no statement' : `${statements.length} statements`;
    return {
      fault: { kind: 'not-a-select', message: `expected one SELECT, found ${found}`, position: undefined },
    };
  }
  const [statement] = statements;
  const fault = firstFault(statement, labels);
  if (fault !== undefined) return { fault };
  const node = isJsonObject(statement) ? statement['node'] : undefined;
  const modifiers = isJsonObject(node) && Array.isArray(node['modifiers']) ? node['modifiers'] : [];
  return {
    isOrdered: modifiers.some((modifier) => isJsonObject(modifier) && modifier['type'] === 'ORDER_MODIFIER'),
  };
}

/** Undefined where it is no JSON: DuckDB writes Infinity for a literal such as 1e400. */
function parsedTree(serialised: string): unknown {
  try {
    return JSON.parse(serialised);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readError(read: Readonly<Record<string, unknown>>): StatementFault {
  const { error_type: type, error_message: message, position } = read;
  if (type === 'not implemented') {
    return {
      kind: 'not-a-select',
      message: 'expected a SELECT, found another statement',
      position: undefined,
    };
  }
  return {
    kind: 'syntax',
    // Its advice is to change settings.
    message: typeof message === 'string' ? message.replace(/ Use "SET [^]*$/, '') : 'the text is no SQL',
    position: typeof position === 'string' && position !== '' ? Number(position) : undefined,
  };
}

/** The tree may be deep, so that it is walked without recursion. */
function firstFault(root: unknown, labels: ReadonlySet<string>): StatementFault | undefined {
  const pending: { readonly value: unknown; readonly names: ReadonlySet<string> }[] = [
    { value: root, names: labels },
  ];
  let fault: StatementFault | undefined;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    if (Array.isArray(value)) {
      for (const entry of value) pending.push({ value: entry, names: next.names });
      continue;
    }
    if (!isJsonObject(value)) continue;
    const names = withExpressions(value, next.names);
    const found = faultOf(value, names);
    // The walk has its own order; the first fault of the text is told.
    if (found !== undefined && (fault === undefined || (found.position ?? 0) < (fault.position ?? 0)))
      fault = found;
    for (const entry of Object.values(value)) {
      if (typeof entry === 'object' && entry !== null) pending.push({ value: entry, names });
    }
  }
  return fault;
}

/** The names in a part of the tree: common table expressions are tables there. */
function withExpressions(
  value: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): ReadonlySet<string> {
  const keys = expressionNames(value);
  return keys.length === 0 ? names : new Set([...names, ...keys.map((key) => key.toLowerCase())]);
}

/** The common table expressions that a part of the tree makes. */
function expressionNames(value: Readonly<Record<string, unknown>>): readonly string[] {
  const expressions = value['cte_map'];
  const map = isJsonObject(expressions) ? expressions['map'] : undefined;
  const keys = Array.isArray(map)
    ? map.flatMap((entry) => (isJsonObject(entry) && typeof entry['key'] === 'string' ? [entry['key']] : []))
    : [];
  // A recursive one names itself beside that map.
  if (value['type'] === 'RECURSIVE_CTE_NODE' && typeof value['cte_name'] === 'string')
    keys.push(value['cte_name']);
  return keys;
}

function faultOf(
  value: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): StatementFault | undefined {
  const position = positionOf(value['query_location']);
  const taken = expressionNames(value).find((name) => ENGINE_NAME.test(name));
  if (taken !== undefined) {
    const message = `a common table expression cannot be named ${JSON.stringify(taken.slice(0, 200))}, as a table of the engine or a file: choose another name`;
    return { kind: 'forbidden', message, position };
  }
  switch (value['type']) {
    case 'SHOW_REF':
      return { kind: 'not-a-select', message: 'expected a SELECT, found another statement', position };
    case 'BASE_TABLE':
      return tableFault(value, names, position);
    case 'TABLE_FUNCTION':
      return tableFunctionFault(value['function'], position);
    default:
      break;
  }
  const { function_name: name, schema } = value;
  if (typeof name !== 'string' || !FUNCTION_CLASSES.has(value['class'])) return undefined;
  const isForbidden =
    FORBIDDEN_FUNCTIONS.has(name.toLowerCase()) ||
    FORBIDDEN_KIND.test(name) ||
    (typeof schema === 'string' && OWN_SCHEMAS.test(schema));
  return isForbidden
    ? { kind: 'forbidden', message: `the function ${name.slice(0, 200)} cannot be used here`, position }
    : undefined;
}

function tableFault(
  value: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
  position: number | undefined,
): StatementFault | undefined {
  const name = [value['catalog_name'], value['schema_name'], value['table_name']]
    .filter((part) => typeof part === 'string' && part !== '')
    .join('.');
  if (names.has(name.toLowerCase()) && value['table_name'] === name) return undefined;
  // All rows of a recursive expression with keys: https://duckdb.org/docs/stable/sql/query_syntax/with#recursive-ctes-with-using-key
  if (/^recurring\./i.test(name) && names.has(name.slice('recurring.'.length).toLowerCase()))
    return undefined;
  const known = [...names].slice(0, 20).join(', ');
  const hint = known === '' ? 'it has no tables' : `its tables are ${known}`;
  return {
    kind: 'unknown-table',
    message: `${name.slice(0, 200)} is no table of this statement; ${hint}`,
    position,
  };
}

function tableFunctionFault(called: unknown, position: number | undefined): StatementFault | undefined {
  const name = isJsonObject(called) ? called['function_name'] : undefined;
  if (typeof name === 'string' && TABLE_FUNCTIONS.has(name.toLowerCase())) return undefined;
  return {
    kind: 'forbidden',
    message: `the function ${typeof name === 'string' ? name.slice(0, 200) : ''} cannot be selected from`,
    position,
  };
}

/** DuckDB writes an unknown place as the greatest number of 64 bits. */
function positionOf(location: unknown): number | undefined {
  return typeof location === 'number' && location < 2 ** 53 ? location : undefined;
}
