import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { partitionPath } from '@millrace/export';
import { createPartEncoder, readyFormat } from '@millrace/formats';
import type { FormatOptions } from '@millrace/formats';
import { createDuckDbEngine } from '@millrace/sqlquery';
import type { Row, ViewColumn } from '@millrace/viewdef';

const PYTHON = process.env['TABLES_PYTHON'] ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'read_tables.py');
/** The rows are in several row groups. */
const LIMITS = { rowGroupRows: 700, rowGroupBytes: 1 << 20 };
const COUNT = 2000;

type Rows = Readonly<Record<string, unknown>>[];
interface Found {
  readonly rows: Readonly<Record<string, Rows>>;
  readonly metadata: unknown;
}

const column = (name: string, fhirType: string, more: Partial<ViewColumn> = {}): ViewColumn => ({
  name,
  fhirType,
  collection: false,
  ansiType: undefined,
  ...more,
});
const ALL = [
  column('id', 'id'),
  column('active', 'boolean'),
  column('rank', 'integer'),
  column('size', 'integer64'),
  column('score', 'decimal'),
  column('price', 'decimal', { ansiType: 'DECIMAL(20,4)' }),
  column('born', 'date', { ansiType: 'DATE' }),
  column('issued', 'instant'),
  column('bytes', 'base64Binary'),
  column('given', 'string', { collection: true }),
  column('ranks', 'integer', { collection: true }),
  column('never', 'string'),
];

/** The cells of a row, and its values as the script prints them. */
function rowOf(index: number): { readonly cells: Row; readonly values: unknown[] } {
  if (index % 11 === 0)
    return {
      cells: [`p${index}`, ...ALL.slice(1).map(() => null)],
      values: [`p${index}`, ...ALL.slice(1).map(() => null)],
    };
  const given = index % 3 === 0 ? [] : ['Zoë', null, `"${index}"`];
  const day = String((index % 28) + 1).padStart(2, '0');
  return {
    cells: [
      `p${index}`,
      index % 2 === 0,
      index - 1000,
      index * 2 ** 40,
      index / 8,
      index / 4,
      `1815-12-${day}`,
      `1815-12-${day}T10:00:00.123456+01:00`,
      'AP8=',
      given,
      [index, null],
      null,
    ],
    values: [
      `p${index}`,
      index % 2 === 0,
      index - 1000,
      index * 2 ** 40,
      index / 8,
      (index / 4).toFixed(4),
      `1815-12-${day}`,
      Date.parse(`1815-12-${day}T09:00:00Z`) * 1000 + 123_456,
      '00ff',
      given,
      [index, null],
      null,
    ],
  };
}

const SIMPLE = [column('id', 'id'), column('text', 'string'), column('rank', 'integer')];
const TEXTS = ['Zoë', 'a,"b"', '李小龍 😀', 'two\nlines', '/'];
const simpleRows: Row[] = Array.from({ length: COUNT }, (_, index) => [
  `p${index}`,
  TEXTS[index % TEXTS.length] ?? null,
  index,
]);

const FILES: Readonly<Record<string, FormatOptions>> = {
  'snappy.parquet': { format: 'parquet', header: true },
  'zstd.parquet': {
    format: 'parquet',
    header: true,
    compression: 'zstd',
    origin: { kind: 'view', url: 'https://x/v', version: '1', fhirVersion: 'R4', exportId: 'e1' },
  },
  'lenient.parquet': { format: 'parquet', header: true, onMismatch: 'null' },
  'rows.csv': { format: 'csv', header: true },
  'rows.ndjson': { format: 'ndjson', header: true },
  'rows.json': { format: 'json', header: true },
};

/** The values that do not fit their columns, in the first row of `lenient.parquet` alone. */
const MISFITS: Row = ['p', 'no', 'two', 'x', 'y', 0.123456, '1815', 'noon', '?', ['a'], ['b', 1], 'text'];
const MISFITS_READ = ['p', null, null, null, null, null, null, null, null, ['a'], [null, 1], 'text'];

/** Rows of SQL, as the engine of SQL writes them to a file of zstd. */
async function writeBySql(path: string): Promise<void> {
  const engine = createDuckDbEngine({
    analysts: 0,
    runners: 1,
    analysisMs: 60_000,
    mostWaiting: 1,
    patienceMs: 60_000,
  });
  const output = join(folder, 'sql');
  const temporaryFolder = join(folder, 'temporary');
  for (const made of [output, temporaryFolder]) await mkdir(made);
  const sql = `SELECT 'p' || i AS id, i AS n, DATE '1815-12-10' + CAST(i AS INTEGER) % 20 AS born, [i, NULL] AS list FROM range(${COUNT}) t(i) ORDER BY i`;
  const { parts } = await engine.run(
    {
      tenant: 't',
      program: { tables: [], views: [], query: { sql, names: {} }, values: [] },
      files: {},
      output: {
        folder: output,
        format: 'parquet',
        header: true,
        partBytes: Infinity,
        compression: 'zstd',
        footer: { 'millrace.query.url': 'urn:q', 'millrace.export.id': 'e1' },
      },
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
  await engine.close();
  await writeFile(path, await readFile(parts[0]?.path ?? ''));
}

/** Values of the column by which files are divided into folders. */
const PARTITIONS = ['male', 'a b/c', "5% 'x'*~", 'Zoë 😀', '..', null];

async function writePartitions(path: string): Promise<void> {
  for (const [at, value] of PARTITIONS.entries()) {
    const part = createPartEncoder({ format: 'parquet', header: true }, SIMPLE);
    part.add([`p${at}`, 'x', at]);
    const inside = join(path, partitionPath('part', value));
    await mkdir(inside, { recursive: true });
    await writeFile(join(inside, 'table.part1.parquet'), part.finish());
  }
}

let folder: string;
let found: Readonly<Record<string, Found>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-readers-'));
  await readyFormat({ format: 'parquet', compression: 'zstd' });
  for (const [name, options] of Object.entries(FILES)) {
    const isParquet = options.format === 'parquet';
    const part = createPartEncoder(options, isParquet ? ALL : SIMPLE, LIMITS);
    if (options.onMismatch === 'null') part.add(MISFITS);
    if (isParquet) for (let index = 0; index < COUNT; index += 1) part.add(rowOf(index).cells);
    else for (const row of simpleRows) part.add(row);
    await writeFile(join(folder, name), part.finish());
  }
  await writeBySql(join(folder, 'sql.parquet'));
  await writePartitions(join(folder, 'partitions'));
  const paths = [...Object.keys(FILES), 'sql.parquet', 'partitions'].map((name) => join(folder, name));
  const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, ...paths], { maxBuffer: 256 << 20 });
  found = JSON.parse(stdout) as typeof found;
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.each(['duckdb', 'polars', 'pyarrow'])('%s', (engine) => {
  test.each(['snappy.parquet', 'zstd.parquet'])('reads the rows of all types of %s', (name) => {
    const wanted = Array.from({ length: COUNT }, (_, index) =>
      Object.fromEntries(ALL.map((one, at) => [one.name, rowOf(index).values[at]])),
    );
    expect(found[name]?.rows[engine]).toEqual(wanted);
  });

  test('reads null in place of values that do not fit their columns', () => {
    const rows = found['lenient.parquet']?.rows[engine] ?? [];
    expect(rows).toHaveLength(COUNT + 1);
    expect(rows[0]).toEqual(Object.fromEntries(ALL.map((one, at) => [one.name, MISFITS_READ[at]])));
  });

  test('reads the values of partitions from their paths', () => {
    const rows = found['partitions']?.rows[engine] ?? [];
    const read = rows.map(({ id, part }) => [id, part]).sort();
    expect(read).toEqual(PARTITIONS.map((value, at) => [`p${at}`, value]));
  });

  test('reads the rows of SQL', () => {
    const wanted = Array.from({ length: COUNT }, (_, index) => ({
      id: `p${index}`,
      n: index,
      born: `1815-12-${String(10 + (index % 20))}`,
      list: [index, null],
    }));
    expect(found['sql.parquet']?.rows[engine]).toEqual(wanted);
  });

  // No reader of pyarrow takes a list of JSON.
  test.each(['rows.csv', 'rows.ndjson', ...(engine === 'pyarrow' ? [] : ['rows.json'])])(
    'reads the rows of %s',
    (name) => {
      const wanted = simpleRows.map((row) =>
        Object.fromEntries(SIMPLE.map((one, at) => [one.name, row[at]])),
      );
      expect(found[name]?.rows[engine]).toEqual(wanted);
    },
  );
});

test('the footer has the ids of the fields, and names the view', () => {
  const ids = ALL.map((_, index) => String(index + 1));
  expect(found['snappy.parquet']?.metadata).toEqual({ ids, told: {}, codec: 'SNAPPY' });
  expect(found['zstd.parquet']?.metadata).toEqual({
    ids,
    told: {
      'millrace.view.url': 'https://x/v',
      'millrace.view.version': '1',
      'millrace.fhir.version': 'R4',
      'millrace.export.id': 'e1',
    },
    codec: 'ZSTD',
  });
  expect(found['sql.parquet']?.metadata).toEqual({
    ids: ['1', '2', '3', '4'],
    told: { 'millrace.query.url': 'urn:q', 'millrace.export.id': 'e1' },
    codec: 'ZSTD',
  });
});
