import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { SqlEngineError, createDuckDbEngine } from '@millrace/sqlquery';
import { describeSqlEngine } from '@millrace/sqlquery/contract';
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
