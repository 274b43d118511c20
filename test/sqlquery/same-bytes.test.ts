import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPartEncoder } from '@millrace/formats';
import { createDuckDbEngine } from '@millrace/sqlquery';
import type { SqlFormat } from '@millrace/sqlquery';
import { NumberText } from '@millrace/viewdef';
import type { Row, ViewColumn } from '@millrace/viewdef';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const engine = createDuckDbEngine({
  analysts: 0,
  runners: 1,
  analysisMs: 20_000,
  mostWaiting: 10,
  patienceMs: 60_000,
});
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-bytes-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** The bytes of a result in one part. */
async function bytesOf(sql: string, format: SqlFormat, header = true, formulas?: 'text'): Promise<Buffer> {
  const output = await mkdtemp(join(folder, 'out-'));
  const temporaryFolder = join(output, '..', 'tmp');
  await mkdir(temporaryFolder, { recursive: true });
  const { parts } = await engine.run(
    {
      tenant: 'default',
      program: { tables: [], views: [], query: { sql, names: {} }, values: [] },
      files: {},
      output: {
        folder: output,
        format,
        header,
        ...(formulas === undefined ? {} : { formulas }),
        partBytes: Number.POSITIVE_INFINITY,
      },
      temporaryFolder,
      limits: {
        memoryBytes: 256 << 20,
        temporaryBytes: 0,
        threads: 2,
        milliseconds: 60_000,
        outputBytes: 1e9,
      },
    },
    new AbortController().signal,
  );
  expect(parts.length).toBe(1);
  return readFile(parts[0]?.path ?? '');
}

function encoded(
  columns: readonly ViewColumn[],
  rows: readonly Row[],
  format: SqlFormat,
  header = true,
  formulas?: 'text',
): Buffer {
  const part = createPartEncoder({ format, header, formulas }, columns);
  for (const row of rows) part.add(row);
  return Buffer.from(part.finish());
}

const column = (name: string, ansiType: string, collection = false): ViewColumn => ({
  name,
  fhirType: undefined,
  ansiType,
  collection,
});

const TEXTS = [
  '',
  'plain',
  ' spaces ',
  'a,b',
  '"quoted"',
  'two\nlines',
  'return\r',
  'tab\t',
  '#comment',
  'NULL',
  'back\\slash \\u000B',
  'é ü 漢 👍 \u2028',
  Array.from({ length: 31 }, (_, at) => String.fromCharCode(at + 1)).join(''),
  '\u007f',
  '{"a":1}',
];
const NUMBERS = [
  0,
  -0,
  1,
  -1.5,
  0.1,
  120,
  1e15,
  9007199254740992,
  1e16,
  123456789012345680000,
  -1.2345678901234567e20,
  1e21,
  1.5e300,
  1e-4,
  1.25e-5,
  -0.000001,
  1.5e-7,
  5e-324,
  1.7976931348623157e308,
  1 / 3,
];
const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe('a text format has the bytes of our own encoders', () => {
  const columns = [
    column('text', 'CHARACTER VARYING'),
    column('number', 'DOUBLE PRECISION'),
    column('exact', 'DECIMAL(20,2)'),
    column('whole', 'BIGINT'),
    column('yes', 'BOOLEAN'),
    column('day', 'DATE'),
    column('clock', 'TIME'),
    column('at', 'TIMESTAMP WITH TIME ZONE'),
    column('bytes', 'BINARY VARYING'),
    column('we "say", so', 'INTEGER'),
  ];
  const length = Math.max(TEXTS.length, NUMBERS.length);
  const rows = Array.from({ length }, (_, at) => [
    TEXTS[at] ?? null,
    NUMBERS[at] ?? null,
    at % 3 === 0 ? null : new NumberText(`${at}.${at % 2 === 0 ? '10' : '05'}`),
    at === 1 ? new NumberText('-9223372036854775808') : at,
    at % 4 === 0 ? null : at % 2 === 0,
    at % 5 === 0 ? null : `20${10 + at}-02-28`,
    at % 5 === 0 ? null : `10:00:${10 + at}${at === 3 ? '.5' : ''}`,
    at % 5 === 0 ? null : `20${10 + at}-02-28T10:00:00${at === 3 ? '.123456' : ''}Z`,
    at % 5 === 0 ? null : Buffer.from(`b${at}`).toString('base64'),
    at % 2 === 0 ? null : -at,
  ]);
  const cellSql = (cell: string | number | boolean | NumberText | null, type: string): string => {
    if (cell === null) return `CAST(NULL AS ${type})`;
    if (cell instanceof NumberText) return `CAST('${cell.text}' AS ${type})`;
    if (type === 'BLOB') return `from_base64(${sqlText(String(cell))})`;
    if (Object.is(cell, -0)) return `CAST('-0.0' AS ${type})`;
    return `CAST(${sqlText(`${cell}`)} AS ${type})`;
  };
  const types = columns.map(({ ansiType = '' }) =>
    ansiType === 'BINARY VARYING'
      ? 'BLOB'
      : ansiType.replace('CHARACTER VARYING', 'VARCHAR').replace(' PRECISION', ''),
  );
  const values = rows.map(
    (row, at) => `(${at}, ${row.map((cell, index) => cellSql(cell, types[index] ?? '')).join(', ')})`,
  );
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  const sql = `SELECT ${names.join(', ')} FROM (VALUES ${values.join(', ')}) AS v(place, ${names.join(', ')}) ORDER BY place`;

  test.each(['csv', 'ndjson', 'json', 'fhir'] as const)('%s', async (format) => {
    const lines = (await bytesOf(sql, format)).toString().split('\n');
    expect(lines).toEqual(encoded(columns, rows, format).toString().split('\n'));
  });

  test('csv without a header, and with an only column that is empty', async () => {
    const bytes = await bytesOf(
      "SELECT x FROM (VALUES (1, ''), (2, NULL), (3, 'a')) AS v(n, x) ORDER BY n",
      'csv',
      false,
    );
    expect(bytes.toString()).toBe(
      encoded([column('x', 'VARCHAR')], [[''], [null], ['a']], 'csv', false).toString(),
    );
  });

  test('csv whose texts and names must not be formulas', async () => {
    const texts = [
      '=1+1',
      '+1',
      '-1',
      '@x',
      '\t=1',
      '\r=1',
      '\n=1',
      '\uff1d1',
      '\uff0b1',
      '\uff0d1',
      '\uff201',
      '"=',
      '',
      'a=1',
    ];
    const binary = (at: number): string => Buffer.from([0xf8, at]).toString('base64');
    const rows: Row[] = texts.map((text, at) => [text, -1 - at, binary(at)]);
    const values = texts.map(
      (text, at) => `(${at}, ${sqlText(text)}, ${-1 - at}, from_base64('${binary(at)}'))`,
    );
    const bytes = await bytesOf(
      `SELECT x AS "=name", n, b FROM (VALUES ${values.join(', ')}) AS v(place, x, n, b) ORDER BY place`,
      'csv',
      true,
      'text',
    );
    const columns = [column('=name', 'VARCHAR'), column('n', 'INTEGER'), column('b', 'BINARY VARYING')];
    expect(bytes.toString()).toBe(encoded(columns, rows, 'csv', true, 'text').toString());
  });

  test.each(['csv', 'ndjson'] as const)('%s with lists and objects', async (format) => {
    const columns = [column('l', 'VARCHAR', true), column('n', 'DOUBLE', true), column('o', 'VARCHAR')];
    const rows: Row[] = [
      [['a', 'b "c"', null], [1.5, 2], { a: 1, b: { c: ['x'], d: null } }],
      [[], null, null],
    ];
    const bytes = await bytesOf(
      `SELECT * FROM (VALUES
        (['a', 'b "c"', NULL], [1.5::DOUBLE, 2], {'a': 1, 'b': {'c': ['x'], 'd': NULL::VARCHAR}}),
        ([], NULL, NULL)) AS v(l, n, o)`,
      format,
    );
    expect(bytes.toString()).toBe(encoded(columns, rows, format).toString());
  });

  test.each(['csv', 'ndjson', 'json', 'fhir'] as const)(
    '%s: a decimal with all digits behind its point has one in front of it',
    async (format) => {
      const bytes = await bytesOf('SELECT 0.10::DECIMAL(2,2) AS a, -0.5::DECIMAL(1,1) AS b', format);
      const columns = [column('a', 'DECIMAL(2,2)'), column('b', 'DECIMAL(1,1)')];
      const rows: Row[] = [[new NumberText('0.10'), new NumberText('-0.5')]];
      expect(bytes.toString()).toBe(encoded(columns, rows, format).toString());
    },
  );

  test('the words of an error that SQL makes itself are not told', async () => {
    const failed = bytesOf("SELECT error('millrace: ' || 'secret') AS x", 'ndjson');
    await expect(failed).rejects.toThrow(/^(?!.*secret)/);
  });

  const formats = ['csv', 'ndjson', 'json', 'parquet'] as const;
  test.each([
    ["CAST('NaN' AS DOUBLE)", 'not finite'],
    ["[1.5, CAST('infinity' AS FLOAT)]", 'not finite'],
    ["{'a': [{'b': CAST('NaN' AS DOUBLE)}]}", 'not finite'],
    ["DATE '10000-01-01'", 'beyond the years'],
    ["[DATE 'infinity']", 'beyond the years'],
    ["{'at': TIMESTAMP 'infinity'}", 'beyond the years'],
    ["TIMESTAMPTZ '0001-01-01 (BC) 00:00:00+00'", 'beyond the years'],
    ["TIME '24:00:00'", '24:00:00'],
    ["'[1,2,]'::JSON", 'no JSON'],
    ["[to_json(CAST('NaN' AS DOUBLE))]", 'no JSON'],
    ['sum(i * 9000000000000000000::HUGEINT)', 'INT64'],
  ])('%s has no form in any format', async (value, words) => {
    const sql = `SELECT ${value} AS n FROM range(5) t(i) GROUP BY ALL`;
    for (const format of formats) await expect(bytesOf(sql, format)).rejects.toThrow(words);
  });

  test('JSON is any text of it, also with words that look like faults', async () => {
    const json = '{"a,]":"NaN, \\"inf\\", ,}","b":[1.10,-2e3,null,true]}';
    expect((await bytesOf(`SELECT ${sqlText(json)}::JSON AS j`, 'ndjson')).toString()).toBe(
      `{"j":${json}}\n`,
    );
  });
});

test('instants of the format fhir are rounded to milliseconds, and what has no value is left out', async () => {
  const bytes = await bytesOf(
    "SELECT TIMESTAMPTZ '2024-02-29 12:00:00.1235+02' AS at, CAST(NULL AS VARCHAR) AS x, 2::TINYINT AS t, 5::BIGINT AS b UNION ALL SELECT NULL, NULL, NULL, NULL",
    'fhir',
  );
  expect(JSON.parse(bytes.toString())).toEqual({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'row',
        part: [
          { name: 'at', valueInstant: '2024-02-29T10:00:00.124Z' },
          { name: 't', valueInteger: 2 },
          { name: 'b', valueInteger64: '5' },
        ],
      },
      { name: 'row' },
    ],
  });
});

test('Parquet has the columns and values of our own encoder', async () => {
  const columns = [
    column('t', 'VARCHAR'),
    column('s', 'SMALLINT'),
    column('i', 'INTEGER'),
    column('b', 'BIGINT'),
    column('d5', 'DECIMAL(5,2)'),
    column('d18', 'DECIMAL(18,2)'),
    column('d30', 'DECIMAL(30,2)'),
    column('f', 'REAL'),
    column('g', 'DOUBLE PRECISION'),
    column('y', 'BOOLEAN'),
    column('day', 'DATE'),
    column('clock', 'TIME'),
    column('local', 'TIMESTAMP'),
    column('moment', 'TIMESTAMP WITH TIME ZONE'),
    column('bytes', 'BINARY VARYING'),
    column('l', 'VARCHAR', true),
  ];
  const decimal = new NumberText('-1.50');
  const row: Row = [
    'é',
    -3,
    7,
    new NumberText('9223372036854775807'),
    decimal,
    decimal,
    decimal,
    0.5,
    0.1,
    true,
    '2024-02-29',
    '10:00:00.5',
    '2024-02-29T10:00:00',
    '2024-02-29T10:00:00.123456Z',
    'YWJj',
    ['a', 'b'],
  ];
  const nulls: Row = columns.map(() => null);
  const ours = encoded(columns, [row, nulls], 'parquet');
  const list = `'é'::VARCHAR, -3::SMALLINT, 7::INTEGER, 9223372036854775807::BIGINT, -1.50::DECIMAL(5,2), -1.50::DECIMAL(18,2),
    -1.50::DECIMAL(30,2), 0.5::REAL, 0.1::DOUBLE, true, DATE '2024-02-29', TIME '10:00:00.5', TIMESTAMP '2024-02-29 10:00:00',
    TIMESTAMPTZ '2024-02-29 10:00:00.123456Z', 'abc'::BLOB, ['a', 'b']`;
  const names = columns.map(({ name }) => name).join(', ');
  const theirs = await bytesOf(
    `SELECT ${names} FROM (VALUES (1, ${list}), (2, ${columns.map(() => 'NULL').join(', ')})) AS v(place, ${names}) ORDER BY place`,
    'parquet',
  );
  expect(schemaOf(theirs)).toEqual(schemaOf(ours));
  expect(await rowsOf(theirs)).toEqual(await rowsOf(ours));
});

const bufferOf = (file: Buffer): ArrayBuffer => new Uint8Array(file).buffer;

/** Types of the leaves, as readers see them. The bytes of a wide decimal are as many as it needs here, and 16 in DuckDB. */
function schemaOf(file: Buffer): readonly unknown[] {
  const { schema } = parquetMetadata(bufferOf(file));
  return schema
    .filter(({ num_children: children }) => children === undefined)
    .map(({ name, type, logical_type: logical, repetition_type: repetition }) => ({
      name,
      type,
      repetition,
      // DuckDB leaves it to the older name of the type where that says the same.
      logical: logical?.type === 'TIMESTAMP' || logical?.type === 'TIME' ? logical : undefined,
    }));
}

const rowsOf = (file: Buffer): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({ file: bufferOf(file), compressors });
