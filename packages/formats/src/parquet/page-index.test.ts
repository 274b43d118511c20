import { describe, expect, it } from '@jest/globals';
import type { Row, ViewColumn } from '@millrace/viewdef';
import { readColumnIndex, readOffsetIndex } from 'hyparquet';
import type { ColumnIndex, OffsetIndex } from 'hyparquet';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf } from '../testing/read-parquet.js';

const limits = { rowGroupRows: 50_000, rowGroupBytes: Number.MAX_SAFE_INTEGER };

interface Indexes {
  readonly columnIndex: ColumnIndex | undefined;
  readonly offsetIndex: OffsetIndex | undefined;
}

/** The page indexes of the only column, a row group each. */
function indexesOf(given: Partial<ViewColumn>, rows: Iterable<Row>): Indexes[] {
  const file = encode({ format: 'parquet' }, [column('x', given)], rows, { limits });
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const { row_groups, schema } = parquetMetadataOf(file);
  return row_groups.map(({ columns: [chunk] }) => {
    if (chunk?.offset_index_offset === undefined) return { columnIndex: undefined, offsetIndex: undefined };
    const offsetIndex = readOffsetIndex({ view, offset: Number(chunk.offset_index_offset) });
    for (const { offset } of offsetIndex.page_locations) expect(offset).toBeLessThan(file.length);
    if (chunk.column_index_offset === undefined) return { columnIndex: undefined, offsetIndex };
    const element = schema.at(-1) ?? { name: 'x' };
    return {
      columnIndex: readColumnIndex({ view, offset: Number(chunk.column_index_offset) }, element),
      offsetIndex,
    };
  });
}

function rowsOf(count: number, cell: (index: number) => Row[number]): Row[] {
  return Array.from({ length: count }, (_, index) => [cell(index)]);
}

describe('the page index', () => {
  it('says which rows are on which page, and between which values each page lies', () => {
    const rows = rowsOf(90_000, (index) => (index % 10 === 3 ? null : index));
    const [first, second] = indexesOf({ fhirType: 'integer' }, rows);
    expect(first?.offsetIndex?.page_locations.map(({ first_row_index }) => first_row_index)).toEqual([
      0n,
      20_000n,
      40_000n,
    ]);
    expect(first?.columnIndex).toMatchObject({
      null_pages: [false, false, false],
      min_values: [0, 20_000, 40_000],
      max_values: [19_999, 39_999, 49_999],
      null_counts: [2000n, 2000n, 1000n],
    });
    expect(second?.columnIndex?.min_values).toEqual([50_000, 70_000]);
  });

  it('holds pages of nulls, and short bounds around long texts', () => {
    const long = 'long text '.repeat(5);
    const rows = rowsOf(50_000, (index) => (index < 20_000 ? null : `${long}${index}`));
    const [only] = indexesOf({ fhirType: 'string' }, rows);
    const { null_pages = [], min_values = [], max_values = [] } = only?.columnIndex ?? {};
    expect(null_pages.slice(0, 2)).toEqual([true, false]);
    expect(min_values.slice(0, 2)).toEqual(['', 'long text long t']);
    expect(max_values[1]).toBe('long text long u');
  });

  it('is left out where there is one page', () => {
    expect(indexesOf({}, rowsOf(100, String))).toEqual([{ columnIndex: undefined, offsetIndex: undefined }]);
  });

  it('has places but no bounds for values without an order', () => {
    const [only] = indexesOf(
      { fhirType: 'base64Binary' },
      rowsOf(30_000, () => 'AAAA'),
    );
    expect(only?.offsetIndex?.page_locations).toHaveLength(2);
    expect(only?.columnIndex).toBeUndefined();
  });
});

describe('the bounds of a column chunk', () => {
  it.each<[string, Partial<ViewColumn>, Row[number][], unknown, unknown]>([
    ['numbers', { fhirType: 'decimal' }, [3, -1.5, 2], -1.5, 3],
    ['64 bits', { fhirType: 'integer64' }, ['-4611686018427387904', '5'], -(2n ** 62n), 5n],
    ['booleans', { fhirType: 'boolean' }, [true, false], false, true],
    ['zeros', { fhirType: 'decimal' }, [0, -0], -0, 0],
    ['exact decimals', { ansiType: 'DECIMAL(20,0)' }, ['-3', '200', '-300'], -300, 200],
    ['nothing', {}, [null], undefined, undefined],
    ['binary values', { fhirType: 'base64Binary' }, ['AAAA'], undefined, undefined],
    ['text by its bytes', {}, ['\u{10000}', '\uffff', 'z'], 'z', '\u{10000}'],
    ['text and its beginning', {}, ['abcdefghij', 'abcdefgh', 'abcdefgh\0'], 'abcdefgh', 'abcdefghij'],
    ['text that no short one is above', {}, ['a', '\u{10ffff}'.repeat(65)], undefined, undefined],
    ['text of the last characters', {}, ['a', '\u{10ffff}'], 'a', '\u{10ffff}'],
    ['short texts', {}, ['b', '', 'ab', 'bb'], '', 'bb'],
  ])('are right for %s', (_, given, cells, min, max) => {
    const file = encode(
      { format: 'parquet' },
      [column('x', given)],
      cells.map((cell) => [cell]),
    );
    const { statistics } = parquetMetadataOf(file).row_groups[0]?.columns[0]?.meta_data ?? {};
    expect(Object.is(statistics?.min_value, min)).toBe(true);
    expect(Object.is(statistics?.max_value, max)).toBe(true);
  });
});
