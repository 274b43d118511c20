import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPartEncoder } from '@millrace/formats';
import type { Format } from '@millrace/formats';
import { millrace } from './millrace.js';

const tagged = (name: string, path: string, type: string) => ({
  name,
  path,
  tag: [{ name: 'ansi/type', value: type }],
});
const COLUMN_EXTENSION = 'urn:millrace:fhir:extension:column';
const VIEW = {
  resourceType: 'ViewDefinition',
  name: 'people',
  status: 'active',
  resource: 'Patient',
  select: [
    {
      column: [
        { name: 'id', path: 'id' },
        { name: 'active', path: 'active' },
        { name: 'order', path: 'multipleBirth.ofType(integer)' },
        { name: 'note', path: "text.status | 'x'.where(false)" },
        { name: 'line', path: 'address.first().text' },
        { name: 'bytes', path: 'photo.first().data' },
        { name: 'all_bytes', path: 'photo.data', collection: true },
        { name: 'given', path: 'name.given', collection: true },
        tagged('born', 'birthDate', 'DATE'),
        tagged('at', 'meta.lastUpdated', 'TIMESTAMP WITH TIME ZONE'),
        tagged('price', "extension('http://example.org/price').value.ofType(decimal)", 'DECIMAL(9,2)'),
        tagged('clock', "extension('http://example.org/clock').value.ofType(time)", 'TIME'),
        tagged('big', "extension('http://example.org/big').value.ofType(string)", 'BIGINT'),
      ],
    },
  ],
};
const LINES = [
  {
    resourceType: 'Patient',
    id: 'a',
    active: true,
    multipleBirthInteger: 2,
    text: { status: 'generated', div: '<div/>' },
    address: [{ text: 'one "quoted", line\nand another' }],
    photo: [{ data: 'AP9h' }, { data: 'YQ==' }],
    name: [{ given: ['Ann', 'O\'Hara, "x"', 'a\\b\nc'] }],
    birthDate: '2024-02-29',
    meta: { lastUpdated: '2024-02-29T12:00:00.5+02:00' },
    extension: [
      { url: 'http://example.org/price', valueDecimal: 1234567.5 },
      { url: 'http://example.org/clock', valueTime: '23:59:01' },
      { url: 'http://example.org/big', valueString: '9007199254740993' },
    ],
  },
  { resourceType: 'Patient', id: 'b' },
];

let folder: string;
let view: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-ddl-'));
  view = join(folder, 'people.json');
  await writeFile(view, JSON.stringify(VIEW));
  await mkdir(join(folder, 'data'));
  await writeFile(
    join(folder, 'data', 'Patient.ndjson'),
    LINES.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  await mkdir(join(folder, 'tables'));
  for (const format of ['csv', 'ndjson', 'parquet']) {
    const out = join(folder, 'tables', `people.part1.${format}`);
    expect(
      await millrace('run', '--view', view, '--input', join(folder, 'data'), '--out', out),
    ).toMatchObject({
      code: 0,
    });
  }
});
afterAll(() => rm(folder, { recursive: true }));

function ddl(...args: string[]) {
  return millrace('sql', 'ddl', view, '--location', join(folder, 'tables'), ...args);
}

test.each(['parquet', 'csv', 'ndjson'])('DuckDB loads %s into a table without a loss', async (format) => {
  const { code, out } = await ddl('--dialect', 'duckdb', '--format', format);
  expect(code).toBe(0);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of out.split(';\n')) await connection.run(statement);
    const reader = await connection.runAndReadAll('SELECT * FROM people ORDER BY id');
    const [first, second] = reader.getRowObjectsJson();
    expect(first).toEqual({
      id: 'a',
      active: true,
      order: 2,
      note: 'generated',
      line: 'one "quoted", line\nand another',
      bytes: String.raw`\x00\xFFa`,
      all_bytes: [String.raw`\x00\xFFa`, 'a'],
      given: ['Ann', 'O\'Hara, "x"', 'a\\b\nc'],
      born: '2024-02-29',
      at: '2024-02-29 10:00:00.5+00',
      price: '1234567.50',
      clock: '23:59:01',
      big: '9007199254740993',
    });
    expect(Object.values(second ?? {}).filter((value) => value !== null && value !== 'b')).toEqual([[], []]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

test.each(['parquet', 'csv', 'ndjson'])(
  'DuckDB loads %s by partition, whose values keep their type',
  async (format) => {
    const inside = join(folder, 'divided');
    const fact = (url: string, value: object): object => ({ url, ...value });
    const column = (name: string): object => ({
      url: COLUMN_EXTENSION,
      extension: [
        fact('name', { valueString: name }),
        fact('collection', { valueBoolean: false }),
        fact('sqlType', { valueString: 'CHARACTER VARYING' }),
      ],
    });
    const values: readonly (readonly [string, string])[] = [
      ['007', '007'],
      ['a b', 'a%20b'],
    ];
    const locations = values.map(([, path]) => ({
      name: 'location',
      valueUri: 'https://example.org/f',
      extension: [
        {
          url: 'urn:millrace:fhir:extension:export-file',
          extension: [fact('partition', { valueString: `ward=${path}` })],
        },
      ],
    }));
    const result = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'exportId', valueString: 'e' },
        { name: 'status', valueCode: 'completed' },
        { name: '_format', valueCode: format },
        {
          name: 'output',
          extension: [column('id'), column('ward')],
          part: [{ name: 'name', valueString: 'stays' }, ...locations],
        },
      ],
    };
    const file = join(folder, 'divided.json');
    await writeFile(file, JSON.stringify(result));
    for (const [value, path] of values) {
      const part = createPartEncoder({ format: format as Format, header: true }, [
        { name: 'id', fhirType: 'id', collection: false, ansiType: undefined },
      ]);
      part.add([`in ${value}`]);
      await mkdir(join(inside, 'stays', `ward=${path}`), { recursive: true });
      await writeFile(join(inside, 'stays', `ward=${path}`, `stays.part1.${format}`), part.finish());
    }
    const { code, out } = await millrace('sql', 'ddl', file, '--location', inside, '--dialect', 'duckdb');
    expect(code).toBe(0);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    try {
      for (const statement of out.split(';\n')) await connection.run(statement);
      const reader = await connection.runAndReadAll('SELECT id, ward FROM stays ORDER BY id');
      expect(reader.getRowObjectsJson()).toEqual([
        { id: 'in 007', ward: '007' },
        { id: 'in a b', ward: 'a b' },
      ]);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
    const refused = await millrace('sql', 'ddl', file, '--location', inside, '--dialect', 'dbt');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('stays is partitioned by ward')]);
  },
);

test('the result of an export tells the columns itself, those of SQL with them', async () => {
  const column = (...facts: readonly [string, unknown][]) => ({
    url: COLUMN_EXTENSION,
    extension: facts.map(([url, value]) => ({
      url,
      [typeof value === 'boolean' ? 'valueBoolean' : 'valueString']: value,
    })),
  });
  const output = (name: string, ...extension: readonly object[]) => ({
    name: 'output',
    extension,
    part: [
      { name: 'name', valueString: name },
      { name: 'location', valueUri: 'https://example.org/f' },
    ],
  });
  const result = (...outputs: readonly object[]) => ({
    resourceType: 'Parameters',
    parameter: [
      { name: 'exportId', valueString: 'e' },
      { name: 'status', valueCode: 'completed' },
      { name: '_format', valueCode: 'ndjson' },
      ...outputs,
    ],
  });
  const file = join(folder, 'result.json');
  const loaded = async (...outputs: readonly object[]) => {
    await writeFile(file, JSON.stringify(result(...outputs)));
    return millrace('sql', 'ddl', file, '--dialect', 'duckdb');
  };
  const ofView = output(
    'v',
    column(['name', 'given'], ['collection', true], ['sqlType', 'CHARACTER VARYING']),
  );
  const ofSql = output(
    'q',
    column(['name', 'n'], ['sqlType', 'FLOAT']),
    column(['name', 'l'], ['sqlType', 'BIGINT[]']),
  );
  const { code, out } = await loaded(ofView, ofSql);
  expect(code).toBe(0);
  for (const part of ['"given" VARCHAR[]', '"n" FLOAT', '"l" BIGINT[]', "read_ndjson('./q.*ndjson'"])
    expect(out).toContain(part);
  const nested = output('q', column(['name', 's'], ['sqlType', 'STRUCT("a" INTEGER)']));
  expect(await loaded(nested)).toMatchObject({ code: 1, err: expect.stringContaining('STRUCT') });
  expect(await loaded(output('q'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('give the views'),
  });
});

test('each engine is told its own types, and what it cannot load without a loss is refused', async () => {
  const texts = await Promise.all(
    [
      ['--dialect', 'postgres', '--format', 'csv', '--schema', 'fhir'],
      ['--dialect', 'spark', '--format', 'ndjson'],
      ['--dialect', 'snowflake', '--location', '@stage/run'],
      ['--dialect', 'bigquery', '--location', 'gs://lake/run'],
      ['--dialect', 'dbt'],
    ].map(async (args) => (await ddl(...args)).out),
  );
  const expected = [
    [
      'CREATE TABLE "fhir"."people" (',
      '"given" jsonb',
      '"bytes" bytea',
      String.raw`\copy "people_files" FROM`,
      'decode("bytes", \'base64\')',
    ],
    [
      'CREATE TABLE `people` (',
      '`given` ARRAY<STRING>',
      '`clock` STRING',
      'transform(`all_bytes`, x -> unbase64(x))',
    ],
    ['"given" ARRAY', '"price" NUMBER(9,2)', String.raw`PATTERN = '.*people[.](part[0-9]+[.])?parquet'`],
    ['`given` ARRAY<STRING>', '`price` NUMERIC(9, 2)', "uris = ['gs://lake/run/people.*parquet']"],
    ['name: people', 'external_location: read_parquet('],
  ];
  for (const [at, parts] of expected.entries()) for (const part of parts) expect(texts[at]).toContain(part);
  const refused = [
    [['--dialect', 'postgres'], 'export with --format csv'],
    [['--dialect', 'postgres', '--format', 'csv', '--location', 'nowhere'], 'has none of them'],
    [['--dialect', 'bigquery', '--format', 'ndjson', '--location', 'gs://a'], 'export with --format parquet'],
    [['--dialect', 'trino'], '{name}'],
    [['--dialect', 'trino', '--location', 's3a://a/{name}'], 'the column clock'],
    [['--dialect', 'spark'], 'the column clock'],
    [['--dialect', 'snowflake'], '@fhir_exports/run1'],
  ] as const;
  for (const [args, words] of refused) {
    const { code, err } = await ddl(...args);
    expect([code, err.includes(words)]).toEqual([2, true]);
  }
});

test('digits that an engine would lose in the numbers of JSON are refused, with the formats that keep them', async () => {
  const prices = join(folder, 'prices.json');
  const price = tagged(
    'price',
    "extension('http://example.org/price').value.ofType(decimal)",
    'CHARACTER VARYING',
  );
  await writeFile(prices, JSON.stringify({ ...VIEW, name: 'prices', select: [{ column: [price] }] }));
  expect(await millrace('sql', 'ddl', prices, '--dialect', 'duckdb', '--format', 'ndjson')).toMatchObject({
    code: 2,
    err: expect.stringContaining('column price of prices: export with --format csv or parquet'),
  });
});

test('a folder whose files could give rows of another table, or rows twice, is refused', async () => {
  const place = join(folder, 'mixed');
  await mkdir(place);
  const loaded = (dialect: string) =>
    millrace('sql', 'ddl', view, '--dialect', dialect, '--format', 'csv', '--location', place);
  const refusal = async (dialect: string) => {
    const { code, err } = await loaded(dialect);
    return code === 2 ? err : `${code}`;
  };
  for (const file of ['people.part1.csv', 'people.part2.csv', 'peoples.csv', 'people.csv.sha256'])
    await writeFile(join(place, file), 'id\n');
  expect(await loaded('duckdb')).toMatchObject({ code: 0 });

  await writeFile(join(place, 'people.old.part1.csv'), 'id\n');
  expect(await refusal('duckdb')).toContain('has people.old.part1.csv');
  expect(await refusal('spark')).toContain('{name}');
  // Its statements name each file.
  expect(await loaded('postgres')).toMatchObject({ code: 0 });

  await writeFile(join(place, 'people.csv'), 'id\n');
  expect(await refusal('postgres')).toContain('people.csv and parts of people');
});
