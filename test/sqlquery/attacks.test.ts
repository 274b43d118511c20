import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SqlFault, createDuckDbEngine } from '@millrace/sqlquery';
import type { BoundValue, SqlLimits, SqlProgram } from '@millrace/sqlquery';
import { writeFixture } from './write-fixture.js';

const SECRET = 'the-secret-of-the-host';
const engine = createDuckDbEngine({
  analysts: 1,
  runners: 1,
  analysisMs: 20_000,
  mostWaiting: 10,
  patienceMs: 60_000,
});
let folder = '';
let inside = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-attack-'));
  await writeFile(join(folder, 'secret.csv'), `a\n${SECRET}\n`);
  inside = join(folder, 'job');
  await mkdir(join(inside, 'out'), { recursive: true });
  await mkdir(join(inside, 'tmp'));
  await symlink(join(folder, 'secret.csv'), join(inside, 'link.csv'));
  await writeFixture(join(inside, 'r1.parquet'), [{ name: 'id', type: 'VARCHAR', values: ['a', 'b'] }]);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const LIMITS: SqlLimits = {
  memoryBytes: 64 << 20,
  temporaryBytes: 64 << 20,
  threads: 2,
  milliseconds: 3000,
  outputBytes: 10 << 20,
};

function program(sql: string, values: readonly BoundValue[] = []): SqlProgram {
  return {
    tables: [{ id: 'r1', columns: [{ name: 'id', type: 'VARCHAR' }] }],
    views: [],
    query: { sql, names: { patient: 'r1' } },
    values,
  };
}

const run = (given: SqlProgram) =>
  engine.run(
    {
      tenant: 'default',
      program: given,
      files: { r1: [join(inside, 'r1.parquet')] },
      output: { folder: join(inside, 'out'), format: 'ndjson', header: true, partBytes: 1e9 },
      temporaryFolder: join(inside, 'tmp'),
      limits: LIMITS,
    },
    new AbortController().signal,
  );

async function faultOf(work: Promise<unknown>): Promise<SqlFault> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SqlFault)) throw error;
  return error;
}

/** SQL that tries to get out, in each place that a SELECT has for it. */
const outside: readonly (readonly [name: string, sql: string])[] = [
  ...[
    'read_csv',
    'read_csv_auto',
    'read_text',
    'read_blob',
    'read_json',
    'read_json_objects',
    'read_ndjson',
    'read_parquet',
    'parquet_scan',
    'parquet_metadata',
    'parquet_schema',
    'sniff_csv',
    'glob',
  ].flatMap((reader): [string, string][] => [
    [`${reader} of a file`, `SELECT * FROM ${reader}('/etc/passwd')`],
    [
      `${reader} in a subquery`,
      `SELECT (SELECT count(*) FROM ${reader}('/proc/self/environ')) AS n FROM patient`,
    ],
  ]),
  ['a glob', "SELECT * FROM read_text('/etc/*')"],
  ['a path as a table', "SELECT * FROM '/etc/passwd'"],
  ['a quoted path as a table', 'SELECT * FROM "/proc/self/cmdline"'],
  ['a path that ends in .parquet', "SELECT * FROM 'r1.parquet'"],
  [
    'a path behind a common table expression of its name',
    'SELECT * FROM (WITH "/etc/passwd.csv" AS (SELECT 1) SELECT 1), \'/etc/passwd.csv\'',
  ],
  ...['pg_settings', 'duckdb_views', 'sqlite_master', 'pragma_database_list', 'DuckDB_Logs'].flatMap(
    (table): [string, string][] => [
      [
        `${table} before a common table expression of its name`,
        `WITH a AS (SELECT * FROM ${table}), ${table} AS (SELECT 1 AS x) SELECT * FROM a`,
      ],
      [
        `${table} in one of its name`,
        `WITH RECURSIVE ${table} AS (SELECT * FROM ${table}) SELECT * FROM ${table}`,
      ],
    ],
  ),
  ['the web', "SELECT * FROM read_text('https://example.org/x')"],
  ['a bucket', "SELECT * FROM 's3://bucket/x.parquet'"],
  ['the settings', 'SELECT * FROM duckdb_settings()'],
  ['the settings as a table', 'SELECT * FROM duckdb_settings'],
  ...[
    'current_user',
    'SESSION_USER',
    'user',
    '"user"',
    'current_role',
    'current_catalog',
    'current_schema',
  ].map((name): [string, string] => [`${name} by its name alone`, `SELECT id, ${name} AS x FROM patient`]),
  ['one setting', "SELECT current_setting('temp_directory') AS x"],
  ['a variable', "SELECT getvariable('x') AS x"],
  ['the environment', "SELECT getenv('PATH') AS x"],
  ['the databases', 'SELECT * FROM duckdb_databases()'],
  ['the catalogue', 'SELECT * FROM information_schema.tables'],
  ['the catalogue of PostgreSQL', 'SELECT * FROM pg_catalog.pg_class'],
  ['secrets', 'SELECT * FROM duckdb_secrets()'],
  ['a table of another statement', 'SELECT * FROM millrace_tables.r1'],
  ['text as SQL', "SELECT * FROM query('SELECT * FROM duckdb_settings()')"],
  ['a table by its text', "SELECT * FROM query_table('duckdb_settings')"],
  ['a tree as SQL', "SELECT * FROM json_execute_serialized_sql('{}')"],
  ['a log', "SELECT write_log('x') AS x"],
  ['the version of the engine', 'SELECT version() AS x'],
  ['a function of the engine over a window', 'SELECT stats(1) OVER () AS x FROM patient'],
  ['a macro of the output', 'SELECT millrace_output.number_text(1) AS x'],
  ['a function with a schema', "SELECT system.main.current_setting('temp_directory') AS x"],
  ['a function in capitals', "SELECT * FROM READ_TEXT('/etc/passwd')"],
  ['a quoted function', 'SELECT * FROM "read_text"(\'/etc/passwd\')'],
  ['a function behind comments', "SELECT * FROM read_text/**/('/etc/passwd') -- x"],
  ['a function of full width letters', "SELECT * FROM ｒｅａｄ＿ｔｅｘｔ('/etc/passwd')"],
  ['COPY', "COPY (SELECT 1) TO '/tmp/millrace-attack.csv'"],
  ['COPY behind a bracket', "SELECT 1 AS a) TO '/tmp/millrace-attack.csv' (FORMAT csv); --"],
  ['COPY behind a table', "SELECT * FROM patient) AS result(c0)) TO '/tmp/millrace-attack.csv'; --"],
  ['ATTACH', "ATTACH '/tmp/millrace-attack.db'"],
  ['INSTALL', 'INSTALL httpfs'],
  ['LOAD', 'LOAD httpfs'],
  ['SET', 'SET enable_external_access = true'],
  ['RESET', 'RESET lock_configuration'],
  ['PRAGMA', 'PRAGMA database_list'],
  ['CALL', 'CALL pragma_version()'],
  ['EXPORT', "EXPORT DATABASE '/tmp/millrace-attack'"],
  ['IMPORT', "IMPORT DATABASE '/tmp/millrace-attack'"],
  ['CREATE', 'CREATE TABLE x AS SELECT 1'],
  ['a table of a SELECT', 'SELECT 1 AS a INTO x'],
  ['DROP', 'DROP TABLE patient'],
  ['INSERT', "INSERT INTO patient VALUES ('x')"],
  ['PREPARE', 'PREPARE x AS SELECT 1'],
  ['EXPLAIN', 'EXPLAIN ANALYZE SELECT 1'],
  ['SHOW', 'SHOW ALL TABLES'],
  ['DESCRIBE', 'FROM (DESCRIBE patient)'],
  ['two statements', "SELECT 1 AS a; COPY (SELECT 1) TO '/tmp/millrace-attack.csv'"],
  ['two statements and a comment', 'SELECT 1 AS a; -- x\nSET threads = 8'],
];

describe('SQL that asks for something outside its tables', () => {
  test.each(outside)('%s is refused before it runs', async (_, sql) => {
    const fault = await faultOf(engine.analyse(program(sql)));
    expect(['forbidden', 'not-a-select', 'syntax', 'unknown-table', 'other']).toContain(fault.kind);
    expect(fault.message).not.toMatch(/root:|millrace_(?!tables\.r1)|\/tmp\/millrace-sql/);
  });

  test('is refused by a run too, which leaves nothing behind', async () => {
    for (const sql of [
      `SELECT * FROM read_text('${join(folder, 'secret.csv')}')`,
      `SELECT * FROM read_text('${join(inside, 'link.csv')}')`,
      `SELECT * FROM read_text('${inside}/out/../../secret.csv')`,
      `SELECT 1 AS a) TO '${join(folder, 'written.csv')}' (FORMAT csv); --`,
    ]) {
      expect(['forbidden', 'syntax']).toContain((await faultOf(run(program(sql)))).kind);
    }
    expect(await readdir(folder)).toEqual(['job', 'secret.csv']);
    expect(await readdir(join(inside, 'out'))).toEqual([]);
  });
});

test('a value is data, whatever it says', async () => {
  const attack = "x'; COPY (SELECT 1) TO '/tmp/millrace-attack.csv'; -- :other $other ${SECRET}";
  const values = [{ name: 'id', type: 'string', value: attack }];
  const { parts } = await run(program('SELECT count(*) AS n, :id AS id FROM patient WHERE id = :id', values));
  expect(parts.map(({ rows }) => rows)).toEqual([1]);
  await rm(parts[0]?.path ?? '');
});

describe('SQL without end', () => {
  test.each([
    [
      'a recursion',
      'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) AS n FROM t',
    ],
    [
      'a recursion that grows',
      "WITH RECURSIVE t(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM t) SELECT max(length(s)) AS n FROM t",
    ],
    [
      'a cross join',
      'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE hash(a.range + b.range + c.range) = 1',
    ],
    [
      'a text without end',
      "SELECT length(repeat('x', 4000000000)) + length(repeat(id, 4000000000)) AS n FROM patient",
    ],
    [
      'a list without end',
      'SELECT length(list_transform(range(3000000000), lambda x: x + 1)) AS n FROM patient',
    ],
    ['rows without end', 'SELECT repeat(id, 1000) AS s FROM patient, range(1000000000)'],
  ])('%s is stopped by a limit', async (_, sql) => {
    const fault = await faultOf(run(program(sql)));
    expect(['too-costly', 'value']).toContain(fault.kind);
    await rm(join(inside, 'out'), { recursive: true });
    await mkdir(join(inside, 'out'));
  });

  test('a text whose tree does not fit is too costly, and no fault of the engine', async () => {
    const codes = Array.from({ length: 400_000 }, (_, at) => `'code-${at}'`);
    const sql = `SELECT id FROM patient WHERE id IN (${codes.join(', ')})`;
    expect((await faultOf(engine.analyse(program(sql)))).kind).toBe('too-costly');
  });

  test('does not stop an analysis for long, and the next one has its answer', async () => {
    const folded = program("SELECT length(repeat('x', 4000000000)) AS n FROM patient");
    const nested = program(`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)} AS n FROM patient`);
    await Promise.allSettled([engine.analyse(folded), engine.analyse(nested)]);
    const { columns } = await engine.analyse(program('SELECT id FROM patient'));
    expect(columns).toEqual([{ name: 'id', type: 'VARCHAR' }]);
  });
});

test('a column that has the name of a value of the engine is the column', async () => {
  const given = program('SELECT user, p.current_user AS other FROM patient AS p(user, current_user)');
  const [patient] = given.tables;
  const columns = ['id', 'name'].map((name) => ({ name, type: 'VARCHAR' as const }));
  const analysed = await engine.analyse({ ...given, tables: [{ ...patient, id: 'r1', columns }] });
  expect(analysed.columns.map(({ name }) => name)).toEqual(['user', 'other']);
});
