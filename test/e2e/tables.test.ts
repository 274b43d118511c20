import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { startTestStack } from './test-stack.js';
import { kickOff, resultOf } from './wire.js';

const PATIENTS = 300;
const view = (name: string, ...columns: readonly string[]) => ({
  resourceType: 'ViewDefinition',
  status: 'active',
  name,
  resource: 'Patient',
  select: [{ column: columns.map((path) => ({ name: path === 'getResourceKey()' ? 'id' : path, path })) }],
});

let folder: string;
let bucket: S3TestServer;
let stack: LocalStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-tables-'));
  bucket = await startS3TestServer({ buckets: ['lake'] });
  await mkdir(join(folder, 'data'));
  await writePatients('male');
  await writeFile(
    join(folder, 'destinations.json'),
    JSON.stringify([
      { name: 'here', place: join(folder, 'lake') },
      { name: 'bucket', place: 's3://lake/tables' },
      { name: 'others', place: join(folder, 'others'), tenant: 'others' },
    ]),
  );
  const environment = {
    SHARD_BYTES: '8000',
    JOIN_BELOW_BYTES: '0',
    DESTINATIONS_FILE: join(folder, 'destinations.json'),
    S3_ENDPOINT: bucket.endpoint,
    S3_REGION: bucket.region,
    AWS_ACCESS_KEY_ID: bucket.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.credentials.secretAccessKey,
  };
  stack = await startTestStack({ data: join(folder, 'data'), workers: 2, environment });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await bucket?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function writePatients(gender: string): Promise<void> {
  const lines = Array.from({ length: PATIENTS }, (_, n) =>
    JSON.stringify({ resourceType: 'Patient', id: `p${n}`, gender, birthDate: '1970-01-01' }),
  );
  await writeFile(join(folder, 'data/Patient.ndjson'), `${lines.join('\n')}\n`);
}

const start = (
  views: readonly Readonly<Record<string, unknown>>[],
  destination: string,
  more: readonly object[] = [],
) =>
  kickOff(stack.api.fhirUrl, {
    views,
    format: 'parquet',
    more: [
      { name: 'tableFormat', valueCode: 'delta' },
      { name: 'destination', valueString: destination },
      ...more,
    ],
  });

interface Told {
  readonly extension?: readonly {
    readonly url: string;
    readonly extension?: readonly Record<string, unknown>[];
  }[];
}

/** The version of the table of the only output. */
async function versionOf(statusUrl: string): Promise<unknown> {
  const result = await resultOf(statusUrl);
  if (result.status !== 200) throw new Error(`result: ${result.status} ${await result.text()}`);
  const { parameter } = (await result.json()) as { parameter: readonly (Told & { readonly name: string })[] };
  const output = parameter.find(({ name }) => name === 'output');
  const table = output?.extension?.find(({ url }) => url.endsWith('extension:table'));
  return table?.extension?.find(({ url }) => url === 'version')?.['valueDecimal'];
}

interface Version {
  readonly adds: readonly { readonly path: string; readonly partitionValues: object }[];
  readonly removes: readonly string[];
}

/** The files that each version of a table in a folder adds and removes. */
async function versionsOf(table: string): Promise<readonly Version[]> {
  const log = join(folder, 'lake', table, '_delta_log');
  const names = (await readdir(log)).toSorted();
  return Promise.all(
    names.map(async (name): Promise<Version> => {
      const lines = (await readFile(join(log, name), 'utf8')).trimEnd().split('\n');
      const actions = lines.map(
        (line) => JSON.parse(line) as { add?: Version['adds'][0]; remove?: { path: string } },
      );
      return {
        adds: actions.flatMap(({ add }) => (add === undefined ? [] : [add])),
        removes: actions.flatMap(({ remove }) => (remove === undefined ? [] : [remove.path])),
      };
    }),
  );
}

async function rowsOf(table: string, { adds }: Version): Promise<readonly object[]> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  try {
    const files = adds.map(({ path }) => `'${join(folder, 'lake', table, path)}'`).join(', ');
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet([${files}]) ORDER BY 1`);
    return reader.getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

describe('an export to a Delta table', () => {
  test('is its next version as a whole, and the export can be removed without it', async () => {
    const people = view('people', 'getResourceKey()', 'gender');
    await writePatients('male');
    const first = await start([people], 'here');
    expect(await versionOf(first)).toBe(0);
    await writePatients('female');
    const second = await start([people], 'here');
    expect(await versionOf(second)).toBe(1);
    const [one, two, ...others] = await versionsOf('people');
    if (one === undefined || two === undefined) throw new Error('there are no versions');
    expect(others).toEqual([]);
    // Engines that read it run as other users, as far as the umask lets them.
    const mask = process.umask();
    expect((await stat(join(folder, 'lake/people/_delta_log'))).mode & 0o777).toBe(0o777 & ~mask);
    expect((await stat(join(folder, 'lake/people', one.adds[0]?.path ?? ''))).mode & 0o777).toBe(
      0o666 & ~mask,
    );
    expect(one.adds.length).toBeGreaterThan(1);
    expect(two.removes.toSorted()).toEqual(one.adds.map(({ path }) => path).toSorted());
    const removed = await fetch((await resultOf(second)).url, { method: 'DELETE' });
    expect(removed.status).toBe(202);
    for (const [version, gender] of [
      [one, 'male'],
      [two, 'female'],
    ] as const) {
      const rows = await rowsOf('people', version);
      expect(rows.length).toBe(PATIENTS);
      expect(new Set(rows.map((row) => (row as { gender: string }).gender))).toEqual(new Set([gender]));
    }
  });

  test('of several at a time gets a version of its own', async () => {
    const raced = view('raced', 'getResourceKey()');
    const started = await Promise.all([1, 2, 3].map(() => start([raced], 'here')));
    const versions = await Promise.all(started.map(versionOf));
    expect(versions.toSorted()).toEqual([0, 1, 2]);
    const last = (await versionsOf('raced')).at(-1);
    if (last === undefined) throw new Error('there are no versions');
    expect((await rowsOf('raced', last)).length).toBe(PATIENTS);
  });

  test('tells the values of its partitions in the log', async () => {
    await writePatients('other');
    const divided = view('divided', 'getResourceKey()', 'gender');
    const asked = await start([divided], 'here', [{ name: 'partitionBy', valueString: 'gender' }]);
    expect(await versionOf(asked)).toBe(0);
    const [version] = await versionsOf('divided');
    expect(version?.adds.map(({ partitionValues }) => partitionValues)).toEqual(
      version?.adds.map(() => ({ gender: 'other' })),
    );
  });

  test('can be in a bucket, without rows too', async () => {
    const nobody = { ...view('nobody', 'gender'), where: [{ path: "gender = 'unknown'" }] };
    expect(await versionOf(await start([nobody], 'bucket'))).toBe(0);
    const keys = bucket.bucket('lake').sortedKeys();
    expect(keys).toContain('tables/nobody/_delta_log/00000000000000000000.json');
    expect(keys.filter((key) => key.endsWith('.parquet')).length).toBe(1);
  });
});

describe('a kick-off with tableFormat is refused', () => {
  const people = view('people', 'gender');
  const delta = { name: 'tableFormat', valueCode: 'delta' };
  const here = { name: 'destination', valueString: 'here' };
  test.each([
    ['without a destination, where there are several', 'parquet', [delta], 'there are several destinations'],
    [
      'for a destination of another tenant',
      'parquet',
      [delta, { name: 'destination', valueString: 'others' }],
      'there is no destination',
    ],
    ['in another format', 'csv', [delta, here], 'expected parquet'],
    [
      'for another kind of table',
      'parquet',
      [{ name: 'tableFormat', valueCode: 'iceberg' }],
      'expected delta',
    ],
    ['where only a destination is named', 'parquet', [here], 'expected tableFormat'],
  ])('%s', async (_, format, more, reason) => {
    await expect(kickOff(stack.api.fhirUrl, { views: [people], format, more })).rejects.toThrow(reason);
  });

  test('for a column whose type tables do not have', async () => {
    const timed = {
      ...people,
      select: [
        {
          column: [
            {
              name: 'at',
              path: 'birthDate.toString()',
              type: 'string',
              tag: [{ name: 'ansi/type', value: 'TIME' }],
            },
          ],
        },
      ],
    };
    const asked = kickOff(stack.api.fhirUrl, { views: [timed], format: 'parquet', more: [delta, here] });
    await expect(asked).rejects.toThrow('has the type INT64 (TIME(MICROS))');
  });
});
