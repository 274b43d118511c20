import { describe, expect, it } from '@jest/globals';
import type { Row } from '@millrace/viewdef';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf, readParquet } from '../testing/read-parquet.js';

const limits = { rowGroupRows: 131_072, rowGroupBytes: 2 << 20 };

describe('a Parquet part takes', () => {
  it('a row that is larger than a row group should be, between others', async () => {
    const long = 'It hurts here and there. '.repeat(200_000);
    const rows: Row[] = [['a', null], ['b', long], ['c', 'short'], ['d', `${long}!`], ...twice(long)];
    const file = encode({ format: 'parquet' }, [column('id'), column('note')], rows, { limits });
    expect(await readParquet(file)).toEqual(rows.map(([id, note]) => ({ id, note })));
    expect(parquetMetadataOf(file).row_groups.length).toBeGreaterThan(1);
  });

  it('a list of many items in one row', async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => (index % 7 === 0 ? null : index % 1000));
    const rows: Row[] = [[[1]], [items], [[]], [null], [items]];
    const columns = [column('x', { fhirType: 'integer', collection: true })];
    const read = await readParquet(encode({ format: 'parquet' }, columns, rows, { limits }));
    expect(JSON.stringify(read.map(({ x }) => [x ?? null]))).toBe(JSON.stringify(rows));
  });

  it('512 columns, in row groups that are smaller for it', async () => {
    const columns = Array.from({ length: 512 }, (_, index) =>
      column(`c${index}`, { fhirType: index % 2 === 0 ? 'string' : 'decimal' }),
    );
    const rows: Row[] = Array.from({ length: 600 }, (_, row) =>
      columns.map((_, index) => (index % 2 === 0 ? `${row}-${index}` : row / (index + 1))),
    );
    const file = encode({ format: 'parquet' }, columns, rows, { limits });
    const read = await readParquet(file);
    const values = read.map((object) => columns.map(({ name }) => object[name]));
    expect(JSON.stringify(values)).toBe(JSON.stringify(rows));
    expect(parquetMetadataOf(file).row_groups.length).toBeGreaterThan(1);
  });

  it.each([16_380, 32_760, 40_000])(
    'lists in which short texts stand between texts of %d characters, which waste most of its memory',
    async (length) => {
      const item = (row: number, at: number): string =>
        at % 2 === 0 ? `${row}-${at} `.repeat(length).slice(0, length) : `${at}`;
      const rows: Row[] = Array.from({ length: 4 }, (_, row) => [
        Array.from({ length: 100 }, (_, at) => item(row, at)),
      ]);
      const columns = [column('x', { collection: true })];
      const read = await readParquet(
        encode({ format: 'parquet' }, columns, rows, { limits: { ...limits, rowGroupBytes: 1 } }),
      );
      expect(read.map(({ x }) => [x])).toEqual(rows);
    },
  );

  it('no columns at all', () => {
    expect(parquetMetadataOf(encode({ format: 'parquet' }, [], [[], []])).num_rows).toBe(2n);
  });
});

function twice(text: string): Row[] {
  return [
    ['e', text],
    ['f', text],
  ];
}
