import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { compileView } from '@millrace/viewdef';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { ParquetQueryFilter } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { bothParquetFiles } from './parquet-files.js';

const COUNT = 18_000;
/** Makes values long: a page is full before a row group is. In front of one, bounds cannot tell it from others. */
const FILL = 'x'.repeat(100);

interface Kept {
  /** Ordered. */
  readonly id: string;
  readonly label: string;
  readonly rank: number;
  readonly issued: string;
  /** Not ordered. */
  readonly shuffled: number;
  readonly code: string;
  /** Null in all of the first row groups. */
  readonly rare: string | null;
}

const KEPT: readonly Kept[] = Array.from({ length: COUNT }, (_, index) => {
  const shuffled = ((index * 7919) % COUNT) - COUNT / 2;
  const id = `o${String(index).padStart(5, '0')}`;
  return {
    id,
    label: `${id}${FILL}`,
    rank: index,
    issued: new Date(Date.UTC(2020, 0, 1) + index * 60_000).toISOString(),
    shuffled,
    code: `${FILL}${shuffled % 3 === 0 ? 'é' : ''}${shuffled}`,
    rare: index >= 11_000 && index % 97 === 0 ? `r${index}` : null,
  };
});

const VIEW = compileView({
  resource: 'Observation',
  select: [
    {
      column: [
        { name: 'id', path: 'id', type: 'id' },
        { name: 'label', path: 'subject.display', type: 'string' },
        { name: 'rank', path: 'value.ofType(integer)', type: 'integer' },
        { name: 'issued', path: 'issued', type: 'instant' },
        { name: 'shuffled', path: 'component.first().value.ofType(integer)', type: 'integer' },
        { name: 'code', path: 'code.text', type: 'string' },
        { name: 'rare', path: 'method.text', type: 'string' },
      ],
    },
  ],
});

const lineOf = ({ id, label, rank, issued, shuffled, code, rare }: Kept): string =>
  JSON.stringify({
    resourceType: 'Observation',
    id,
    valueInteger: rank,
    issued,
    code: { text: code },
    subject: { display: label },
    component: [{ valueInteger: shuffled }],
    ...(rare === null ? {} : { method: { text: rare } }),
  });

const folder = mkdtempSync(join(tmpdir(), 'queried-parquet-'));
const file = join(folder, 'rows.parquet');
let instance: DuckDBInstance;
let connection: DuckDBConnection;
let parquet: Buffer;

beforeAll(async () => {
  parquet = bothParquetFiles(VIEW, Buffer.from(KEPT.map(lineOf).join('\n'))).scanned;
  writeFileSync(file, parquet);
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

async function ranksWhere(condition: string): Promise<unknown[]> {
  const read = await connection.runAndReadAll(
    `SELECT rank FROM read_parquet('${file}') WHERE ${condition} ORDER BY rank`,
  );
  return read.getRowObjects().map(({ rank }) => rank);
}

test('the rows are in several row groups, with several pages in each', () => {
  const { row_groups: groups } = parquetMetadata(new Uint8Array(parquet).buffer);
  expect(groups.length).toBe(4);
  const pages = groups[0]?.columns[1]?.meta_data?.encoding_stats ?? [];
  expect(pages.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(1);
});

interface Query {
  readonly sql: string;
  readonly filter: ParquetQueryFilter;
  readonly keeps: (row: Kept) => boolean;
}

describe('a reader that skips by bounds finds the rows', () => {
  const at = (index: number): Kept => KEPT[index] as Kept;
  const queries: Query[] = [
    { sql: `id = '${at(0).id}'`, filter: { id: { $eq: at(0).id } }, keeps: ({ rank }) => rank === 0 },
    {
      sql: `id = '${at(17_999).id}'`,
      filter: { id: { $eq: at(17_999).id } },
      keeps: ({ rank }) => rank === 17_999,
    },
    {
      sql: `id > '${at(4998).id}' AND id < '${at(5003).id}'`,
      filter: { id: { $gt: at(4998).id, $lt: at(5003).id } },
      keeps: ({ rank }) => rank > 4998 && rank < 5003,
    },
    {
      sql: `label = '${at(6543).label}'`,
      filter: { label: { $eq: at(6543).label } },
      keeps: ({ rank }) => rank === 6543,
    },
    {
      sql: `label > '${at(7998).label}' AND label <= '${at(8002).label}'`,
      filter: { label: { $gt: at(7998).label, $lte: at(8002).label } },
      keeps: ({ rank }) => rank > 7998 && rank <= 8002,
    },
    { sql: "id = 'none'", filter: { id: { $eq: 'none' } }, keeps: () => false },
    { sql: 'rank = 5000', filter: { rank: { $eq: 5000 } }, keeps: ({ rank }) => rank === 5000 },
    { sql: 'rank >= 17990', filter: { rank: { $gte: 17_990 } }, keeps: ({ rank }) => rank >= 17_990 },
    {
      sql: `issued = TIMESTAMPTZ '${at(14_999).issued}'`,
      filter: { issued: { $gte: new Date(at(14_999).issued), $lte: new Date(at(14_999).issued) } },
      keeps: ({ rank }) => rank === 14_999,
    },
    {
      sql: `issued < TIMESTAMPTZ '${at(3).issued}'`,
      filter: { issued: { $lt: new Date(at(3).issued) } },
      keeps: ({ rank }) => rank < 3,
    },
    { sql: 'shuffled = 0', filter: { shuffled: { $eq: 0 } }, keeps: ({ shuffled }) => shuffled === 0 },
    {
      sql: 'shuffled < -8990',
      filter: { shuffled: { $lt: -8990 } },
      keeps: ({ shuffled }) => shuffled < -8990,
    },
    { sql: 'shuffled > 8990', filter: { shuffled: { $gt: 8990 } }, keeps: ({ shuffled }) => shuffled > 8990 },
    {
      sql: `code = '${at(12_345).code}'`,
      filter: { code: { $eq: at(12_345).code } },
      keeps: ({ rank }) => rank === 12_345,
    },
    {
      sql: `code >= '${FILL}é899'`,
      filter: { code: { $gte: `${FILL}é899` } },
      keeps: ({ code }) => code >= `${FILL}é899`,
    },
    { sql: 'rare IS NULL', filter: { rare: { $eq: null } }, keeps: ({ rare }) => rare === null },
    { sql: 'rare IS NOT NULL', filter: { rare: { $ne: null } }, keeps: ({ rare }) => rare !== null },
    { sql: "rare = 'r11058'", filter: { rare: { $eq: 'r11058' } }, keeps: ({ rare }) => rare === 'r11058' },
  ];
  const cases = queries.map((query) => [query.sql.replaceAll(FILL, '…'), query] as const);

  test.each(cases)('DuckDB, where %s', async (_, { sql, keeps }) => {
    expect(await ranksWhere(sql)).toEqual(KEPT.filter(keeps).map(({ rank }) => rank));
  });

  test.each(cases)('hyparquet by its page index, where %s', async (_, { filter, keeps }) => {
    const file = new Uint8Array(parquet).buffer;
    const read = await parquetReadObjects({ file, compressors, filter, usePageIndex: true });
    expect(read.map(({ rank }) => rank as unknown)).toEqual(KEPT.filter(keeps).map(({ rank }) => rank));
  });
});
