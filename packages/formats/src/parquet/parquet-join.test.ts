import { describe, expect, test } from '@jest/globals';
import type { Row } from '@millrace/viewdef';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf, readParquet } from '../testing/read-parquet.js';
import {
  PARQUET_MAGIC,
  ParquetJoin,
  ParquetJoinError,
  TRAILER_BYTES,
  footerLength,
  readFooter,
} from './parquet-join.js';

const columns = [
  column('id', { fhirType: 'id' }),
  column('n', { fhirType: 'integer' }),
  column('texts', { fhirType: 'string', collection: true }),
];
const limits = { rowGroupRows: 40_000, rowGroupBytes: 8 << 20 };
const rowsOf = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, at) => [
    `row-${String(from + at).padStart(7, '0')}`,
    at % 7 === 0 ? null : from + at,
    at % 3 === 0 ? null : ['a', `t${at % 50}`],
  ]);
const fileOf = (rows: Row[], given = columns): Buffer =>
  encode({ format: 'parquet' }, given, rows, { limits });

function joined(files: readonly Buffer[]): Buffer {
  const join = new ParquetJoin();
  const pieces: Uint8Array[] = [PARQUET_MAGIC];
  for (const file of files) {
    const start = file.length - TRAILER_BYTES - footerLength(file.subarray(-TRAILER_BYTES), file.length);
    const footer = readFooter(file.subarray(start, file.length - TRAILER_BYTES), start);
    join.append(footer, file.subarray(footer.contentEnd, start));
    pieces.push(file.subarray(PARQUET_MAGIC.length, footer.contentEnd));
  }
  return Buffer.concat([...pieces, join.finish()]);
}

describe('joined Parquet files', () => {
  test('have the rows of all, in their order, and the row groups, statistics and bounds of each', async () => {
    const parts = [rowsOf(0, 90_000), rowsOf(90_000, 1), rowsOf(90_001, 60_000)];
    const file = joined(parts.map((rows) => fileOf(rows)));
    expect(await readParquet(file)).toEqual(await readParquet(fileOf(parts.flat())));
    const { row_groups: groups, num_rows: count } = parquetMetadataOf(file);
    expect(count).toBe(150_001n);
    expect(groups.map(({ num_rows }) => num_rows)).toEqual([40_000n, 40_000n, 10_000n, 1n, 40_000n, 20_000n]);
    const each = parts.flatMap((rows) => parquetMetadataOf(fileOf(rows)).row_groups);
    const kept = (all: typeof groups) =>
      all.map((group) =>
        group.columns.map(({ meta_data }) => [meta_data?.statistics, meta_data?.encoding_stats]),
      );
    expect(kept(groups)).toEqual(kept(each));
  });

  test('are searched by their page indexes', async () => {
    const file = joined([fileOf(rowsOf(0, 90_000)), fileOf(rowsOf(90_000, 60_000))]);
    const chunks = parquetMetadataOf(file).row_groups.map(({ columns: [ids] }) => ids);
    expect(chunks.filter((chunk) => chunk?.column_index_offset !== undefined).length).toBeGreaterThan(3);
    for (const id of ['row-0000000', 'row-0089999', 'row-0090000', 'row-0149999']) {
      const buffer = new Uint8Array(file).buffer;
      const filter = { id: { $eq: id } };
      const found = await parquetReadObjects({ file: buffer, compressors, filter, usePageIndex: true });
      expect(found).toMatchObject([{ id }]);
    }
  });

  test('of one file are that file', () => {
    const file = fileOf(rowsOf(0, 90_000));
    expect(joined([file]).equals(file)).toBe(true);
  });

  test('of no rows have the schema', async () => {
    const file = joined([fileOf([]), fileOf([]), fileOf(rowsOf(0, 2))]);
    expect(await readParquet(file)).toHaveLength(2);
  });
});

describe('files are not joined', () => {
  test('that have other columns', () => {
    const other = fileOf([['a']], [column('id', { fhirType: 'id' })]);
    expect(() => joined([fileOf(rowsOf(0, 1)), other])).toThrow(ParquetJoinError);
  });

  test('that are cut off, damaged or of another format', () => {
    const file = fileOf(rowsOf(0, 1));
    expect(() => joined([file.subarray(0, -3)])).toThrow('does not end as files of Parquet do');
    const long = Buffer.from(file);
    long.writeUInt32LE(file.length, file.length - TRAILER_BYTES);
    expect(() => joined([long])).toThrow('is longer than the file');
    const short = Buffer.from(file);
    short.writeUInt32LE(9, file.length - TRAILER_BYTES);
    expect(() => joined([short])).toThrow(ParquetJoinError);
  });
});
