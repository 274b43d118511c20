import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchManifest } from '@millrace/client';
import type { LocalStack } from '@millrace/local-stack';
import { objectOf, startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { writeFixture } from '../sqlquery/write-fixture.js';
import { until } from '../until.js';
import { library, needs } from './sql-library.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, resultOf, rowsIn } from './wire.js';

const SEX = ['female', 'male'];
const PATIENTS = Array.from({ length: 40 }, (_, n) => {
  return { resourceType: 'Patient', id: `p${n}`, gender: SEX[n % 2], birthDate: `${1950 + n}-03-01` };
});
const OBSERVATIONS = Array.from({ length: 300 }, (_, n) => {
  return {
    resourceType: 'Observation',
    id: `o${n}`,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/p${n % 30}` },
    valueQuantity: { value: n / 4 },
  };
});
const lines = (resources: readonly object[]): string =>
  resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');

const view = (name: string, resource: string, columns: Readonly<Record<string, string>>) => ({
  resourceType: 'ViewDefinition',
  url: `http://example.org/ViewDefinition/${name}`,
  name,
  status: 'active',
  resource,
  select: [{ column: Object.entries(columns).map(([column, path]) => ({ name: column, path })) }],
});
const PEOPLE = view('people', 'Patient', { id: 'getResourceKey()', sex: 'gender', born: 'birthDate' });
const VALUES = view('measured', 'Observation', {
  patient: 'subject.getReferenceKey(Patient)',
  value: 'value.ofType(Quantity).value',
});
const CONTEXT = [PEOPLE, VALUES].map((resource) => ({ name: 'context', resource }));
const TABLES = [needs(PEOPLE.url, 'people'), needs(VALUES.url, 'measured')];

/** A subject with SQL over both views. */
const query = (name: string, sql: string, parameters?: object) => ({
  name: 'subject',
  part: [
    { name: 'name', valueString: name },
    { name: 'subjectResource', resource: library('sql-query', sql, TABLES) },
    ...(parameters === undefined ? [] : [{ name: 'parameters', resource: parameters }]),
  ],
});
const BY_SEX = `SELECT p.sex, count(*) AS n, max(m.value) AS most
  FROM people p JOIN measured m ON m.patient = p.id GROUP BY p.sex ORDER BY p.sex`;
/** The answers that it gives, counted here. */
const EXPECTED = SEX.map((sex, at) => {
  const values = OBSERVATIONS.filter((_, n) => (n % 30) % 2 === at).map((one) => one.valueQuantity.value);
  return { sex, n: values.length, most: Math.max(...values) };
});
/** Takes longer than any test. */
const ENDLESS = 'SELECT count(*) AS n FROM people a, range(1000000000) b, range(1000000000) c, measured m';

/** Tables of the operator: one in a folder, one in a bucket. */
const CODES = 'http://example.org/tables/codes';
const NAMES = 'http://example.org/tables/names';
const codes = [
  { name: 'sex', type: 'VARCHAR', values: SEX },
  { name: 'code', type: 'INTEGER', values: [8532, 8507] },
];
const names = [
  { name: 'code', type: 'INTEGER', values: [8507, 8532] },
  { name: 'label', type: 'VARCHAR', values: ['MALE', 'FEMALE'] },
];

let data: string;
let tables: string;
let bucket: S3TestServer;
let stack: LocalStack;
beforeAll(async () => {
  tables = await mkdtemp(join(tmpdir(), 'millrace-external-'));
  await mkdir(join(tables, 'codes'));
  await writeFixture(join(tables, 'codes', '1.parquet'), codes);
  await writeFixture(join(tables, 'names.parquet'), names);
  bucket = await startS3TestServer({ buckets: ['tables'] });
  bucket.bucket('tables').put('omop/1.parquet', objectOf(await readFile(join(tables, 'names.parquet'))));
  await writeFile(
    join(tables, 'tables.json'),
    JSON.stringify([
      { canonical: CODES, place: join(tables, 'codes') },
      { canonical: NAMES, place: 's3://tables/omop' },
    ]),
  );
  data = await mkdtemp(join(tmpdir(), 'millrace-queries-'));
  await writeFile(join(data, 'Patient.ndjson'), lines(PATIENTS));
  await writeFile(join(data, 'Observation.ndjson'), lines(OBSERVATIONS));
  // More than anything writes that is not to meet the limit.
  const tenant = { sources: ['default'], limits: { exportBytes: 1_000_000 } };
  await writeFile(join(tables, 'tenants.json'), JSON.stringify({ tenants: { default: tenant } }));
  const environment = {
    AUTH_TENANTS_FILE: join(tables, 'tenants.json'),
    SHARD_BYTES: '8000',
    SQL_FOLDER: join(data, 'queries'),
    SQL_MEMORY_MB: '64',
    RUN_TIMEOUT: '4s',
    EXTERNAL_TABLES_FILE: join(tables, 'tables.json'),
    S3_ENDPOINT: bucket.endpoint,
    S3_REGION: bucket.region,
    AWS_ACCESS_KEY_ID: bucket.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.credentials.secretAccessKey,
  };
  stack = await startTestStack({ data, workers: 1, environment: { ...environment, SQL_QUERIES: '2' } });
}, 120_000);
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
  for (const folder of [data, tables]) await rm(folder, { recursive: true, force: true });
});

async function start(
  subjects: readonly object[],
  format = 'ndjson',
  views: readonly object[] = [],
  context: readonly object[] = CONTEXT,
) {
  return kickOff(stack.api.fhirUrl, {
    views: views as [],
    format,
    more: [...subjects, ...context],
  });
}

const folderOf = (statusUrl: string): string =>
  join(stack.outFolder, 'default', statusUrl.split('/').at(-2) ?? '');

async function run(sql: string, more: readonly object[] = [], signal?: AbortSignal): Promise<Response> {
  return fetch(`${stack.api.fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'subjectResource', resource: library('sql-query', sql, TABLES) },
        ...CONTEXT,
        ...more,
      ],
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const isRunning = async (): Promise<boolean> =>
  (await readdir(join(data, 'queries')).catch(() => [])).length > 0;

describe('an export of SQL', () => {
  test('joins views of which each is made once, beside a view that is asked for itself', async () => {
    const subjects = [query('by_sex', BY_SEX), query('nobody', 'SELECT id FROM people WHERE false')];
    const statusUrl = await start(subjects, 'ndjson', [PEOPLE]);
    const { outputs } = await download(statusUrl);
    expect(rowsIn(outputs.get('by_sex'))).toEqual(EXPECTED);
    expect(rowsIn(outputs.get('people'))).toHaveLength(PATIENTS.length);
    expect(outputs.get('nobody')?.map(({ body }) => body.length)).toEqual([0]);
    const left = await readdir(folderOf(statusUrl), { recursive: true });
    expect(left.filter((path) => path.endsWith('.parquet'))).toEqual([]);
    expect(await isRunning()).toBe(false);
    const manifest = JSON.parse(await readFile(join(folderOf(statusUrl), 'manifest.json'), 'utf8')) as {
      outputs: readonly { engine: string; columns: unknown }[];
    };
    expect(manifest.outputs.map(({ engine }) => engine)).toEqual(['scan', 'sql', 'sql']);
    const text = {
      fhirType: 'string',
      collection: false,
      sqlType: 'CHARACTER VARYING',
      parquetType: 'BYTE_ARRAY (STRING)',
    };
    const told = await fetchManifest((await resultOf(statusUrl)).url);
    expect(told.outputs.map(({ columns }) => columns)).toEqual([
      [
        { ...text, name: 'id', fhirType: 'id' },
        { ...text, name: 'sex', fhirType: 'code' },
        { ...text, name: 'born', fhirType: 'date' },
      ],
      [
        { name: 'sex', collection: false, sqlType: 'VARCHAR' },
        { name: 'n', collection: false, sqlType: 'BIGINT' },
        { name: 'most', collection: false, sqlType: 'DOUBLE' },
      ],
      [{ name: 'id', collection: false, sqlType: 'VARCHAR' }],
    ]);
    expect(manifest.outputs.map(({ columns }) => columns)).toEqual(
      told.outputs.map(({ columns }) => columns),
    );
  });

  test.each([
    ['csv', 'sex,n,most\nfemale,150,74.5\nmale,150,74.75\n'],
    ['json', `${JSON.stringify(EXPECTED).slice(0, 12)}`],
  ])('comes as %s', async (format, beginning) => {
    const { outputs } = await download(await start([query('q', BY_SEX)], format));
    const [file] = outputs.get('q') ?? [];
    expect(file?.body.toString('utf8').replaceAll(/\r\n/g, '\n').slice(0, beginning.length)).toBe(beginning);
  });

  test('that meets a value which does not fit fails with the reason and without the value', async () => {
    const statusUrl = await start([query('q', 'SELECT CAST(sex AS INTEGER) AS n FROM people')]);
    const result = await resultOf(statusUrl);
    const body = await result.text();
    expect(result.status).toBe(422);
    expect(body).toContain('the query failed');
    expect(body).not.toContain('female');
    expect(body).toContain('subject[0]');
  });

  test('that is cancelled ends its query and leaves no file', async () => {
    const statusUrl = await start([query('q', ENDLESS)]);
    await until(isRunning, 'the query to run');
    expect((await fetch(statusUrl, { method: 'DELETE' })).status).toBe(202);
    await until(async () => !(await isRunning()), 'the query to end');
    await until(async () => {
      // A folder may vanish while it is listed.
      const left = await readdir(folderOf(statusUrl), { recursive: true }).catch(() => ['unknown']);
      return left.every((path) => path.endsWith('.json'));
    }, 'the files to be gone');
  });
});

test('an export joins tables of the operator, from a folder and from a bucket', async () => {
  const sql = `SELECT n.label, count(*) AS people FROM people p JOIN codes c ON c.sex = p.sex
    JOIN names n ON n.code = c.code GROUP BY n.label ORDER BY n.label`;
  const resource = library('sql-query', sql, [
    needs(PEOPLE.url, 'people'),
    needs(CODES, 'codes'),
    needs(NAMES, 'names'),
  ]);
  const subject = {
    name: 'subject',
    part: [
      { name: 'name', valueString: 'q' },
      { name: 'subjectResource', resource },
    ],
  };
  const { outputs } = await download(await start([subject], 'ndjson', [], CONTEXT.slice(0, 1)));
  const each = PATIENTS.length / 2;
  expect(rowsIn(outputs.get('q'))).toEqual([
    { label: 'FEMALE', people: each },
    { label: 'MALE', people: each },
  ]);
});

describe('a run of SQL', () => {
  test('gives the rows, with a limit and values that are bound, and leaves no export behind', async () => {
    const before = await readdir(join(stack.outFolder, 'default'));
    const answer = await run(BY_SEX, [{ name: '_limit', valueInteger: 1 }]);
    expect([answer.status, rowsIn([{ url: '', body: Buffer.from(await answer.arrayBuffer()) }])]).toEqual([
      200,
      EXPECTED.slice(0, 1),
    ]);
    await until(
      async () => (await readdir(join(stack.outFolder, 'default'))).length === before.length,
      'the export of the run to be gone',
    );
  });

  test('gives a resource where FHIR is asked for', async () => {
    const answer = await run(BY_SEX, [{ name: '_format', valueCode: 'fhir' }]);
    const [female] = EXPECTED;
    expect(await answer.json()).toMatchObject({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'row',
          part: [
            { name: 'sex', valueString: 'female' },
            { name: 'n', valueInteger64: String(female?.n) },
            { name: 'most', valueDecimal: female?.most },
          ],
        },
        { name: 'row' },
      ],
    });
  });

  test('ends when its client leaves', async () => {
    const leaving = new AbortController();
    const answer = run(ENDLESS, [], leaving.signal).catch((error: unknown) => error);
    await until(isRunning, 'the query to run');
    leaving.abort();
    await answer;
    await until(async () => !(await isRunning()), 'the query to end');
  });

  test('that has more bytes than an export of its tenant may write is refused, and one with less is not', async () => {
    const wide = (rows: number) =>
      run(`SELECT repeat('x', 1000) AS text FROM range(${rows}), people LIMIT ${rows}`);
    const refused = await wide(5000);
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringMatching(/too-costly.*1000000 bytes/),
    ]);
    const answer = await wide(100);
    expect([answer.status, (await answer.text()).length]).toEqual([
      200,
      100 * '{"text":""}\n'.length + 100_000,
    ]);
  });

  test('that takes too long is refused, and the answer names the export', async () => {
    const answer = await run('SELECT count(*) AS n FROM range(3000000000) a, range(1000000) b, people');
    expect(answer.status).toBe(422);
    expect(await answer.text()).toMatch(/too-costly.*\$sql-export/);
  });
});
