import { describe, expect, it } from '@jest/globals';
import type { Row } from '@millrace/viewdef';
import type { ColumnMetaData } from 'hyparquet';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf, readParquet } from '../testing/read-parquet.js';

const limits = { rowGroupRows: 200_000, rowGroupBytes: Number.MAX_SAFE_INTEGER };

async function written(cells: (string | null)[]): Promise<ColumnMetaData> {
  const rows: Row[] = cells.map((cell) => [cell]);
  const file = encode({ format: 'parquet' }, [column('x')], rows, { limits, takeBytes: 2 ** 30 });
  const read = await readParquet(file);
  expect(read.map(({ x }) => x)).toEqual(cells);
  const chunk = parquetMetadataOf(file).row_groups[0]?.columns[0]?.meta_data;
  if (chunk === undefined) throw new Error('no column chunk');
  return chunk;
}

/** Of the pages with values, in the order of their first use. */
function pageEncodings({ encoding_stats: pages = [] }: ColumnMetaData): string[] {
  return pages.filter(({ page_type: type }) => type !== 'DICTIONARY_PAGE').map(({ encoding }) => encoding);
}

function cells(count: number, cell: (index: number) => string | null): (string | null)[] {
  return Array.from({ length: count }, (_, index) => cell(index));
}

describe('the dictionary of a column', () => {
  it('holds values that repeat', async () => {
    const chunk = await written(cells(40_000, (index) => (index % 5 === 0 ? null : `code-${index % 30}`)));
    expect(chunk.encodings).toContain('RLE_DICTIONARY');
    expect(Number(chunk.total_compressed_size)).toBeLessThan(60_000);
  });

  it('is left out for values that do not', async () => {
    const chunk = await written(cells(5000, (index) => `id-${index}`));
    expect(chunk.encodings).not.toContain('RLE_DICTIONARY');
    expect(chunk.dictionary_page_offset).toBeUndefined();
  });

  it('is left out of small chunks without repetition too', async () => {
    expect((await written(['a', 'b', 'c'])).dictionary_page_offset).toBeUndefined();
    expect((await written(['a', 'b', 'a', 'b'])).dictionary_page_offset).toBeDefined();
  });

  it('is left when values stop repeating, and serves the pages before that', async () => {
    const chunk = await written(cells(90_000, (index) => (index < 40_000 ? `${index % 3}` : `id-${index}`)));
    expect(chunk.encodings).toEqual(expect.arrayContaining(['RLE_DICTIONARY', 'PLAIN']));
    expect(chunk.dictionary_page_offset).toBeDefined();
  });

  it.each([
    ['serves all values while it is shorter than 1 MiB', 523, 2000, ['RLE_DICTIONARY']],
    ['is left when it reaches 1 MiB', 524, 2000, ['RLE_DICTIONARY', 'PLAIN']],
    ['serves all values while it has fewer than 65,536', 65_535, 5, ['RLE_DICTIONARY']],
    ['is left when it has 65,536 values', 65_536, 5, ['RLE_DICTIONARY', 'PLAIN']],
  ])('%s: %d of %d bytes', async (_, distinct, bytes, encodings) => {
    const chunk = await written(
      cells(3 * distinct, (index) => `${Math.floor(index / 3)}`.padStart(bytes, '0')),
    );
    expect(pageEncodings(chunk)).toEqual(encodings);
  });
});
