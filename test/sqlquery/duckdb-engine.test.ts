import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { SqlEngineError, createDuckDbEngine } from '@millrace/sqlquery';
import type { SqlRunRequest } from '@millrace/sqlquery';
import { describeSqlEngine } from '@millrace/sqlquery/contract';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { writeFixture } from './write-fixture.js';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describeSqlEngine('DuckDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-sql-'));
  folders.push(folder);
  return {
    folder,
    engine: createDuckDbEngine({
      analysts: 1,
      runners: 1,
      analysisMs: 20_000,
      mostWaiting: 10,
      patienceMs: 60_000,
    }),
    writeParquet: writeFixture,
  };
});

/** Processes that this one has started, by the operating system. */
function children(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === process.pid);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process that dies is an error of its run or analysis, and the next one has another', async () => {
  const before = new Set(children());
  const engine = createDuckDbEngine({
    analysts: 1,
    runners: 0,
    analysisMs: 60_000,
    mostWaiting: 10,
    patienceMs: 60_000,
  });
  const program = (sql: string) => ({ tables: [], views: [], query: { sql, names: {} }, values: [] });
  await engine.analyse(program('SELECT 1 AS one'));
  const [analyst] = children().filter((pid) => !before.has(pid));
  // It is folded while it is prepared.
  const dying = engine.analyse(
    program("SELECT length(repeat('x', 300000000)) + length(repeat('y', 300000000)) AS n"),
  );
  const told = expect(dying).rejects.toThrow(SqlEngineError);
  if (analyst !== undefined) process.kill(analyst, 'SIGKILL');
  await told;
  expect((await engine.analyse(program('SELECT 1 AS one'))).columns).toEqual([
    { name: 'one', type: 'INTEGER' },
  ]);
  await engine.close();
  expect(children().filter((pid) => !before.has(pid))).toEqual([]);
});

onLinux('runs of a tenant follow one another in one process, and no other tenant gets it', async () => {
  const before = new Set(children());
  const started = (): readonly number[] => children().filter((pid) => !before.has(pid));
  const engine = createDuckDbEngine({
    analysts: 0,
    runners: 1,
    analysisMs: 60_000,
    mostWaiting: 10,
    patienceMs: 60_000,
  });
  const folder = await mkdtemp(join(tmpdir(), 'millrace-sql-'));
  folders.push(folder);
  const run = async (tenant: string, sql: string, milliseconds = 60_000): Promise<string> => {
    const output = await mkdtemp(join(folder, 'out-'));
    const { parts } = await engine.run(
      {
        tenant,
        program: { tables: [], views: [], query: { sql, names: {} }, values: [] },
        files: {},
        output: { folder: output, format: 'ndjson', header: true, partBytes: 1e9 },
        temporaryFolder: await mkdtemp(join(folder, 'tmp-')),
        limits: { memoryBytes: 64 << 20, temporaryBytes: 1e8, threads: 1, milliseconds, outputBytes: 1e8 },
      },
      new AbortController().signal,
    );
    return readFileSync(parts[0]?.path ?? '', 'utf8');
  };
  const one = 'SELECT 1 AS one';
  expect(await run('north', one)).toBe('{"one":1}\n');
  const [north] = started();
  await expect(run('north', 'SELECT error($$no$$) AS x')).rejects.toThrow();
  expect(await run('north', one)).toBe('{"one":1}\n');
  expect(started()).toContain(north);
  expect(await run('south', one)).toBe('{"one":1}\n');
  // That of the north was the oldest of those that wait.
  expect(started()).not.toContain(north);
  const south = started();
  await expect(
    run('south', 'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b', 200),
  ).rejects.toThrow();
  // It was killed at its limit.
  expect(started().filter((pid) => south.includes(pid)).length).toBeLessThan(south.length);
  expect(await run('south', one)).toBe('{"one":1}\n');
  await engine.close();
  expect(started()).toEqual([]);
});

test('a recursive expression with keys reads the rows that it has so far', async () => {
  const engine = createDuckDbEngine({
    analysts: 1,
    runners: 0,
    analysisMs: 60_000,
    mostWaiting: 10,
    patienceMs: 60_000,
  });
  const sql = `WITH RECURSIVE t(a, b) USING KEY (a) AS (
    SELECT 1, 2 UNION (SELECT t.a, t.b + 1 FROM t, recurring.t AS r WHERE r.b < 5)) SELECT * FROM t`;
  const program = { tables: [], views: [], query: { sql, names: {} }, values: [] };
  expect((await engine.analyse(program)).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  await engine.close();
});

describe('files of Parquet', () => {
  const SQL = `SELECT i AS "n", [i] AS "O'l", {'x': 'a', 'y z': [{'k': i}]} AS "s""" FROM range(200000) t(i)`;
  const IDS = [
    ['n', 1],
    ["O'l", 2],
    ['element', 4],
    ['s"', 3],
    ['x', 5],
    ['y z', 6],
    ['element', 7],
    ['k', 8],
  ];

  async function filesOf(
    sql: string,
    output: Partial<SqlRunRequest['output']>,
  ): Promise<readonly ArrayBuffer[]> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-sql-'));
    folders.push(folder);
    const temporaryFolder = await mkdtemp(join(folder, 'tmp-'));
    const outputFolder = await mkdtemp(join(folder, 'out-'));
    const { parts } = await engine.run(
      {
        tenant: 't',
        program: { tables: [], views: [], query: { sql, names: {} }, values: [] },
        files: {},
        output: { folder: outputFolder, format: 'parquet', header: true, partBytes: Infinity, ...output },
        temporaryFolder,
        limits: {
          memoryBytes: 256 << 20,
          temporaryBytes: 1 << 30,
          threads: 1,
          milliseconds: 60_000,
          outputBytes: 1 << 30,
        },
      },
      new AbortController().signal,
    );
    return parts.map(({ path }) => new Uint8Array(readFileSync(path)).buffer);
  }
  const engine = createDuckDbEngine({
    analysts: 0,
    runners: 1,
    analysisMs: 60_000,
    mostWaiting: 10,
    patienceMs: 60_000,
  });
  afterAll(() => engine.close());

  test.each([
    ['one', SQL, Infinity],
    ['several', SQL, 200_000],
    ['several in the order of the rows', `${SQL} ORDER BY i`, 200_000],
  ])(
    'have ids of all fields, the values of the footer and the compression: %s',
    async (_, sql, partBytes) => {
      const footer = { 'millrace.query.url': "http://x.org/O'q", 'millrace.fhir.version': 'R4' };
      const files = await filesOf(sql, { compression: 'zstd', footer, partBytes });
      if (Number.isFinite(partBytes)) expect(files.length).toBeGreaterThan(1);
      for (const file of files) {
        const { schema, row_groups: groups, key_value_metadata: found } = parquetMetadata(file);
        expect(
          schema.filter(({ field_id: id }) => id !== undefined).map(({ name, field_id: id }) => [name, id]),
        ).toEqual(IDS);
        expect(found).toEqual(Object.entries(footer).map(([key, value]) => ({ key, value })));
        const codecs = groups.flatMap(({ columns }) => columns.map(({ meta_data: data }) => data?.codec));
        expect(new Set(codecs)).toEqual(new Set(['ZSTD']));
      }
      const rows: Record<string, unknown>[] = await parquetReadObjects({
        file: files[0] as ArrayBuffer,
        compressors,
        rowEnd: 1,
      });
      expect(rows[0]).toEqual({ n: 0n, "O'l": [0n], 's"': { x: 'a', 'y z': [{ k: 0n }] } });
    },
  );

  test('have no ids where a column has the name that the engine keeps for them', async () => {
    const [file] = await filesOf('SELECT 1 AS "__DuckDB_field_id", 2 AS b', {});
    const { schema, key_value_metadata: values } = parquetMetadata(file as ArrayBuffer);
    expect(schema.map(({ name, field_id: id }) => [name, id])).toEqual([
      ['duckdb_schema', undefined],
      ['__DuckDB_field_id', undefined],
      ['b', undefined],
    ]);
    expect(values ?? []).toEqual([]);
  });
});
