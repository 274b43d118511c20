import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDuckDbEngine } from '@millrace/sqlquery';
import type { BoundValue } from '@millrace/sqlquery';
import { writeFixture } from './write-fixture.js';

const engine = createDuckDbEngine({
  analysts: 0,
  runners: 1,
  analysisMs: 20_000,
  mostWaiting: 10,
  patienceMs: 60_000,
});
const COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'patient', type: 'VARCHAR' },
  { name: 'time', type: 'VARCHAR' },
] as const;
const FILTERED = [
  { name: 'value', type: 'DOUBLE' },
  { name: 'bytes', type: 'BLOB' },
] as const;
const ROWS = 300_000;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-right-'));
  const ids = Array.from({ length: ROWS }, (_, at) => at);
  await writeFixture(join(folder, 'r1.parquet'), [
    { ...COLUMNS[0], values: ids },
    { ...COLUMNS[1], values: ids.map((id) => `p${id % 2}`) },
    // A partial date is no date of SQL.
    { ...COLUMNS[2], values: ids.map((id) => (id % 3 === 0 ? '2020' : `2020-01-0${(id % 9) + 1}`)) },
  ]);
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  // The Bloom filters that DuckDB writes beside a dictionary.
  await connection.run(
    `COPY (SELECT CASE i WHEN 0 THEN -0.0::DOUBLE ELSE 1 END AS value, from_hex('FFAB') AS bytes FROM range(1000) t(i))
     TO '${join(folder, 'r2.parquet')}' (DICTIONARY_SIZE_LIMIT 100)`,
  );
  connection.closeSync();
  database.closeSync();
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function lines(sql: string, values: readonly BoundValue[] = []): Promise<readonly string[]> {
  const output = await mkdtemp(join(folder, 'out-'));
  const { parts } = await engine.run(
    {
      tenant: 'default',
      program: {
        tables: [
          { id: 'r1', columns: [...COLUMNS] },
          { id: 'r2', columns: [...FILTERED] },
        ],
        views: [],
        query: { sql, names: { observation: 'r1', filtered: 'r2' } },
        values,
      },
      files: { r1: [join(folder, 'r1.parquet')], r2: [join(folder, 'r2.parquet')] },
      output: { folder: output, format: 'csv', header: false, partBytes: 1e9 },
      temporaryFolder: await mkdtemp(join(folder, 'tmp-')),
      limits: {
        memoryBytes: 512 << 20,
        temporaryBytes: 1e9,
        threads: 2,
        milliseconds: 60_000,
        outputBytes: 1e9,
      },
    },
    new AbortController().signal,
  );
  const text = await readFile(parts[0]?.path ?? '', 'utf8');
  return text.split('\n').slice(0, -1);
}

/** An optimizer of DuckDB 1.5.5 gives other rows for each of them. */
test.each([
  [
    'windows keep rows whose partial date has no value',
    'SELECT id FROM observation WHERE id < 4 QUALIFY row_number() OVER (ORDER BY TRY_CAST(time AS DATE) DESC) <= 4 ORDER BY id',
    ['0', '1', '2', '3'],
  ],
  [
    'windows of partitions keep rows whose partial date has no value',
    'SELECT id FROM observation WHERE id < 4 QUALIFY row_number() OVER (PARTITION BY patient ORDER BY TRY_CAST(time AS DATE)) <= 2 ORDER BY id',
    ['0', '1', '2', '3'],
  ],
  [
    'the first row of no rows is none',
    'SELECT patient FROM observation WHERE id < 0 QUALIFY row_number() OVER (ORDER BY time) <= 1',
    [],
  ],
  [
    'two windows have their own partitions',
    `SELECT bit_and(a) OVER (PARTITION BY a, b) AS x, bit_or(a) OVER (PARTITION BY b, b) AS y
       FROM (VALUES (NULL, ''), (2, '')) v(a, b) ORDER BY ALL`,
    ['2,2', ',2'],
  ],
  [
    'a sample is one sample for all windows',
    `SELECT bool_and(s = t) AS same FROM (SELECT s, sum(i) OVER () AS t FROM (SELECT i, sum(i) OVER (PARTITION BY g) AS s
       FROM (SELECT 1 AS g, id AS i FROM observation WHERE id < 1000 AND random() < 0.5)))`,
    ['true'],
  ],
])('%s', async (_, sql, expected) => {
  expect(await lines(sql)).toEqual(expected);
});

test.each([
  ['bytes', "bytes = from_hex('FFAB')", '1000'],
  ['a zero', 'value = 0', '1'],
])('%s of a table with Bloom filters are found', async (_, condition, count) => {
  expect(await lines(`SELECT count(*) AS n FROM filtered WHERE ${condition}`)).toEqual([count]);
});

test('a join does not choose which rows are the first ones', async () => {
  const sql = `SELECT count(*) AS n FROM (SELECT id FROM observation ORDER BY id LIMIT 10) o
    JOIN (VALUES (100), (200)) v(x) ON o.id = v.x`;
  // Threads decide whether the filter of the join is there in time.
  for (let at = 0; at < 10; at += 1) expect(await lines(sql)).toEqual(['0']);
});

test.each([
  ['SELECT (SELECT id FROM observation) AS id', 'has several rows; expected one at most'],
  ["SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' AT TIME ZONE patient AS t FROM observation", 'is no time zone'],
  ["SELECT patient LIKE 'a' ESCAPE time AS b FROM observation", 'does not take a value'],
  ['SELECT 1e400 AS n', 'beyond the range of DOUBLE'],
])('%s is told as a fault of a value', async (sql, message) => {
  const told = lines(sql).catch((error: unknown) => error);
  expect(await told).toMatchObject({ kind: 'value', message: expect.stringContaining(message) });
});

test('a parameter stands behind a keyword without a space', async () => {
  const sql = 'SELECT CASE WHEN:x BETWEEN:x AND:x THEN:x ELSE:x END AS a WHERE:x IN(:x)';
  expect(await lines(sql, [{ name: 'x', type: 'integer', value: 7 }])).toEqual(['7']);
});

test('a limit below zero is told as such', async () => {
  const told = lines('SELECT id FROM observation LIMIT :n', [{ name: 'n', type: 'integer', value: -1 }]);
  await expect(told).rejects.toThrow('LIMIT and OFFSET cannot be negative');
});

test('a carriage return ends a comment, also in front of a parameter and of the last semicolon', async () => {
  expect(
    await lines('SELECT 1 AS a, -- :x\r:x AS b -- ;\r;', [{ name: 'x', type: 'integer', value: 7 }]),
  ).toEqual(['1,7']);
});
