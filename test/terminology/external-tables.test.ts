import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createExternalTables } from '@millrace/api-service';
import type { FindExternal, FoundExternal } from '@millrace/api-service';
import { readExternalTables } from '@millrace/configuration';
import { parseCanonical } from '@millrace/fhir';
import { openSink } from '@millrace/storage';

const CONCEPT = 'http://x.org/omop/concept';

let folder: string;
let instance: DuckDBInstance;
let sql: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-external-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  sql = await instance.connect();
});
afterAll(async () => {
  sql.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

/** Writes the rows of a query as Parquet below the folder of the test. */
async function write(path: string, query: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await sql.run(`COPY (${query}) TO '${join(folder, path)}' (FORMAT parquet)`);
}

/** The tables of the default tenant where the operator names these. */
async function tablesOf(...tables: readonly object[]): Promise<FindExternal> {
  const file = join(folder, 'tables.json');
  await writeFile(file, JSON.stringify(tables));
  return createExternalTables(await readExternalTables(file, {}), openSink)('default');
}

async function find(tables: readonly object[], canonical: string): Promise<FoundExternal | undefined> {
  const asked = parseCanonical(canonical);
  if (asked === undefined) throw new Error(`${canonical} is no canonical URL`);
  return (await tablesOf(...tables))(asked);
}

const at = (path: string) => join(folder, path);

test('an external table has the columns of its files as DuckDB reads them, and pins the files', async () => {
  const plain =
    'BOOLEAN TINYINT SMALLINT INTEGER BIGINT UTINYINT UBIGINT FLOAT DOUBLE VARCHAR BLOB DATE TIME UUID';
  const others = 'DECIMAL(18,2) DECIMAL(30,4) TIMESTAMP TIMESTAMP_NS VARCHAR[] INTEGER[]';
  const types = [...`${plain} ${others}`.split(' '), 'TIMESTAMP WITH TIME ZONE'];
  const select = `SELECT ${types.map((type, index) => `NULL::${type} AS c${index}`).join(', ')}`;
  await write('types/a.parquet', select);
  await write('types/b.parquet', select);
  await writeFile(at('types/_SUCCESS'), '');
  const found = await find([{ canonical: CONCEPT, place: at('types') }], CONCEPT);
  const described = await sql.runAndReadAll(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('${at('types/a.parquet')}'))`,
  );
  expect(found).toEqual({
    kind: 'external',
    named: CONCEPT,
    columns: described.getRows().map(([name, type]) => ({ name, type })),
    files: ['a.parquet', 'b.parquet'].map((key) => ({
      key,
      bytes: expect.any(Number),
      etag: expect.any(String),
    })),
  });
});

test('an external table belongs to its tenant, and is found in the version that is named', async () => {
  await write('concept/1.parquet', 'SELECT 1 AS id');
  const tables = ['1', '2'].map((version) => ({ canonical: `${CONCEPT}|${version}`, place: at('concept') }));
  expect(await find(tables, `${CONCEPT}|2`)).toMatchObject({ kind: 'external', named: `${CONCEPT}|2` });
  expect(await find(tables.slice(0, 1), CONCEPT)).toMatchObject({ named: `${CONCEPT}|1` });
  expect(await find(tables, CONCEPT)).toMatchObject({
    kind: 'missing',
    why: expect.stringContaining('the versions "1", "2": name one of them'),
  });
  expect(await find(tables, `${CONCEPT}|3`)).toBeUndefined();
  const ofOthers = tables.map((table) => ({ ...table, tenant: 'other' }));
  expect(await find(ofOthers, `${CONCEPT}|1`)).toBeUndefined();
});

describe('an external table is refused', () => {
  test.each<[string, readonly (readonly [path: string, query: string])[], RegExp]>([
    ['without files', [], /no Parquet files/],
    [
      'whose files have different columns',
      [
        ['a.parquet', 'SELECT 1 AS id'],
        ['b.parquet', "SELECT '1' AS id"],
      ],
      /"a.parquet" and "b.parquet" have different columns/,
    ],
    ['with a nested column', [['a.parquet', "SELECT {'a': 1} AS s"]], /column "s" is nested/],
    ['in folders of partitions', [['year=2026/a.parquet', 'SELECT 1 AS id']], /folder of a partition/],
  ])('%s', async (name, files, why) => {
    const place = name.replaceAll(' ', '-');
    await mkdir(at(place));
    for (const [path, query] of files) await write(`${place}/${path}`, query);
    const found = await find([{ canonical: CONCEPT, place: at(place) }], CONCEPT);
    expect(found).toEqual({ kind: 'unusable', why: expect.stringMatching(why) });
  });

  test.each([
    ['is empty', Buffer.alloc(0)],
    ['is something else', Buffer.from('id,name\n1,one\n')],
    ['is damaged', Buffer.from(`PAR1${'x'.repeat(50)}\u0010\0\0\0PAR1`, 'latin1')],
    ['has a footer that is longer than it', Buffer.from('PAR1\xff\xff\xff\x7fPAR1', 'latin1')],
  ])('with a file that %s', async (name, content) => {
    const place = at(`broken ${name}`);
    await mkdir(place);
    await writeFile(join(place, 'a.parquet'), content);
    const found = await find([{ canonical: CONCEPT, place }], CONCEPT);
    expect(found).toEqual({ kind: 'unusable', why: expect.stringContaining('it is no Parquet file') });
  });
});

test('a file of external tables with mistakes stops the start, and says all of them', async () => {
  const place = at('concept');
  const wrong = tablesOf(
    { canonical: 'a b', place },
    { canonical: CONCEPT },
    { canonical: 'x', place, more: 1 },
  );
  await expect(wrong).rejects.toThrow(/\[0.canonical\] must be a canonical URL[^]*\[1.place\][^]*\[2\]/);
  const twice = tablesOf({ canonical: CONCEPT, place }, { canonical: CONCEPT, place });
  await expect(twice).rejects.toThrow(/\[1.canonical\] is named twice/);
  await expect(readExternalTables(at('nowhere.json'), {})).rejects.toThrow(/cannot be read/);
});
