import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { parse as parseCsv } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ORACLE_VIEWS } from './independent-views.js';
import type { OracleRow } from './independent-views.js';
import { DATA_FOLDER, oracleRows } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, resultOf, rowsIn } from './wire.js';
import type { ExportFile } from './wire.js';

let stack: LocalStack;
beforeAll(async () => {
  // Small shards, so that every output has several parts.
  const environment = { SHARD_BYTES: '1000000', PART_ROWS: '2000', EXPORT_LIMIT_PARTITIONS: '8' };
  stack = await startTestStack({ data: DATA_FOLDER, workers: 2, environment });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

/** Cells as the text of a CSV file: nothing for null, JSON for lists. */
function csvText(row: OracleRow): Record<string, string> {
  const text = (value: OracleRow[string]): string => {
    if (value === null || value === undefined) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)]));
}

const READERS: Readonly<Record<string, (file: ExportFile) => Promise<OracleRow[]> | OracleRow[]>> = {
  ndjson: (file) => rowsIn([file]) as OracleRow[],
  json: ({ body }) => JSON.parse(body.toString('utf8')) as OracleRow[],
  csv: ({ body }) => parseCsv<OracleRow>(body, { columns: true }),
  parquet: async ({ body }) => {
    const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
    return (await parquetReadObjects({ file, compressors })) as OracleRow[];
  },
};

/** Of the column chunks of a Parquet file; none where it has no rows. */
function codecsOf({ body }: ExportFile): string[] {
  const { row_groups: groups } = parquetMetadata(new Uint8Array(body).buffer);
  return groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec ?? 'none'));
}

function codecs(compression: string): ReadonlySet<string> {
  return new Set([compression === 'zstd' ? 'ZSTD' : 'SNAPPY']);
}

describe('views over Patient, Observation, Condition and Encounter', () => {
  const all = Object.keys(READERS).map((format) => [format, 'default'] as const);
  const packed = ['ndjson', 'json', 'csv'].map((format) => [format, 'gzip'] as const);
  test.each([...all, ['parquet', 'zstd'] as const, ...packed])(
    'as %s with the compression %s are what plain JSON.parse gives',
    async (format, compression) => {
      const views = ORACLE_VIEWS.map(({ view }) => view);
      const more = compression === 'default' ? [] : [{ name: 'compression', valueCode: compression }];
      const { outputs, manifest } = await download(await kickOff(stack.api.fhirUrl, { views, format, more }));
      expect(JSON.stringify(manifest).includes('"gzipBytes"')).toBe(compression === 'gzip');
      for (const oracle of ORACLE_VIEWS) {
        const files = outputs.get(String(oracle.view.name)) ?? [];
        if (format === 'parquet') expect(new Set(files.flatMap(codecsOf))).toEqual(codecs(compression));
        const read = await Promise.all(files.map(async (file) => (await READERS[format]?.(file)) ?? []));
        const expected = await oracleRows(oracle);
        expect(read.flat()).toEqual(format === 'csv' ? expected.map(csvText) : expected);
        expect(files.length).toBeGreaterThan(0);
      }
    },
    60_000,
  );
});

test('files end with the number of rows that the client wishes', async () => {
  const oracle = ORACLE_VIEWS.find(({ view }) => view.name === 'observations');
  if (oracle === undefined) throw new Error('there is no view of observations');
  const more = [{ name: 'partRows', valueInteger: 1000 }];
  const asked = await kickOff(stack.api.fhirUrl, { views: [oracle.view], format: 'ndjson', more });
  const { outputs } = await download(asked);
  const files = outputs.get(String(oracle.view.name)) ?? [];
  const expected = await oracleRows(oracle);
  expect(rowsIn(files)).toEqual(expected);
  expect(files.length).toBeGreaterThanOrEqual(Math.floor(expected.length / 1100));
  expect(files.length).toBeGreaterThan(1);
}, 60_000);

test('dates that a view declares exact are DATE in Parquet, and those that are partial are null and counted', async () => {
  const exact = [{ name: 'ansi/type', value: 'DATE' }];
  const column = [
    { name: 'id', path: 'id', type: 'id' },
    { name: 'born', path: 'birthDate', type: 'date', tag: exact },
    { name: 'month', path: 'birthDate.toString().substring(0, 7)', type: 'string', tag: exact },
  ];
  const view = {
    resourceType: 'ViewDefinition',
    name: 'dates',
    status: 'active',
    resource: 'Patient',
    select: [{ column }],
  };
  const asked = (onMismatch: string) =>
    kickOff(stack.api.fhirUrl, {
      views: [view],
      format: 'parquet',
      handling: 'lenient',
      more: [{ name: 'onMismatch', valueCode: onMismatch }],
    });
  const { outputs, manifest } = await download(await asked('null'));
  const read = await Promise.all(
    (outputs.get('dates') ?? []).map(async (file) => (await READERS['parquet']?.(file)) ?? []),
  );
  const patients = (await readFile(join(DATA_FOLDER, 'Patient.ndjson'), 'utf8')).trim().split('\n');
  const born = patients.map((line) => (JSON.parse(line) as { birthDate?: string }).birthDate);
  expect(read.flat().map((row) => [row['born'], row['month']])).toEqual(
    born.map((text) => [text === undefined ? null : new Date(text), null]),
  );
  const notices = manifest.parameter.filter(({ name }) => name === 'notice').map(({ part = [] }) => part);
  const told = notices.filter((part) => part.some(({ valueCode }) => valueCode === 'mismatch'));
  const count = born.filter((text) => text !== undefined).length;
  expect(told).toEqual([
    [
      { name: 'kind', valueCode: 'mismatch' },
      {
        name: 'diagnostics',
        valueString: `values of the column "month" of the output "dates" that do not fit the type DATE became null: ${count}`,
      },
      { name: 'expression', valueString: 'subject[0]' },
      { name: 'count', valueDecimal: count },
    ],
  ]);
  const failed = await resultOf(await asked('fail'));
  expect(failed.status).toBe(422);
  expect(await failed.text()).toContain('Column \\"month\\" got');
}, 60_000);

/** Of the file at a location. */
function partitionOf(location: Readonly<Record<string, unknown>> | undefined): string {
  const [facts] = (location?.['extension'] ?? []) as { extension: { url: string; valueString?: string }[] }[];
  return facts?.extension.find(({ url }) => url === 'partition')?.valueString ?? '';
}

test.each(Object.entries(READERS))(
  '%s by partition has the rows of all values, and no file of two',
  async (format, read) => {
    const partitioned = (path: string) => ({
      resourceType: 'ViewDefinition',
      name: 'p',
      status: 'active',
      resource: 'Encounter',
      select: [
        {
          column: [
            { name: 'id', path: 'id', type: 'id' },
            { name: 'part', path, type: 'string' },
          ],
        },
      ],
    });
    const view = partitioned('iif(reasonCode.exists(), class.code)');
    const whole = await download(await kickOff(stack.api.fhirUrl, { views: [view], format: 'ndjson' }));
    const more = [{ name: 'partitionBy', valueString: 'part' }];
    const { outputs, manifest } = await download(
      await kickOff(stack.api.fhirUrl, { views: [view], format, more }),
    );
    const locations = manifest.parameter
      .flatMap(({ name, part = [] }) => (name === 'output' ? part : []))
      .filter(({ name }) => name === 'location');
    const found: OracleRow[] = [];
    for (const [at, file] of (outputs.get('p') ?? []).entries()) {
      const path = partitionOf(locations[at]);
      const text = decodeURIComponent(path.slice('part='.length));
      const part = text === '__HIVE_DEFAULT_PARTITION__' ? null : text;
      for (const row of await read(file)) found.push({ ...row, part });
    }
    const sorted = (rows: readonly OracleRow[]): string[] =>
      rows.map(({ id, part }) => JSON.stringify([id, part])).sort();
    expect(sorted(found)).toEqual(sorted(rowsIn(whole.outputs.get('p')) as OracleRow[]));
    const partitions = new Set(found.map((row) => row['part']));
    expect(partitions.size).toBeGreaterThan(2);
    expect(partitions).toContain(null);
    // The parts of all shards are joined, up to the limit of their rows.
    expect(locations.length).toBeLessThan(partitions.size + found.length / 1000);
    const ids = await kickOff(stack.api.fhirUrl, { views: [partitioned('id')], format, more });
    const failed = await resultOf(ids);
    expect(failed.status).toBe(422);
    expect(await failed.text()).toContain('has more than 8 values');
  },
  60_000,
);

test('the files of an export in order are the same bytes for any number of workers and shards', async () => {
  const views = ORACLE_VIEWS.map(({ view }) => view);
  const text = async (of: LocalStack): Promise<Record<string, string>> => {
    const { outputs } = await download(await kickOff(of.api.fhirUrl, { views, format: 'ndjson' }));
    const whole = [...outputs].map(([name, files]) => [
      name,
      Buffer.concat(files.map(({ body }) => body)).toString(),
    ]);
    return Object.fromEntries(whole) as Record<string, string>;
  };
  const environment = { SHARD_BYTES: '300000', CUT_BYTES: '70000', ENGINE_THREADS: '1' };
  await using other = await startTestStack({ data: DATA_FOLDER, workers: 3, environment });
  expect(await text(other)).toEqual(await text(stack));
  // Parts of all shards are joined.
  for (const [format, read] of Object.entries(READERS)) {
    const { outputs } = await download(await kickOff(other.api.fhirUrl, { views, format }));
    for (const oracle of ORACLE_VIEWS) {
      const files = outputs.get(String(oracle.view.name)) ?? [];
      expect(files).toHaveLength(1);
      const expected = await oracleRows(oracle);
      const rows = await Promise.all(files.map(async (file) => await read(file)));
      expect(rows.flat()).toEqual(format === 'csv' ? expected.map(csvText) : expected);
    }
  }
}, 90_000);
