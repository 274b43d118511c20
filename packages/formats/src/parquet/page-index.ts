import type { ColumnChunk, ColumnIndex, SchemaElement } from 'hyparquet';
import { writeIndexes } from 'hyparquet-writer/src/indexes.js';
import type { ByteWriter } from 'hyparquet-writer';
import { unconvertMinMax } from 'hyparquet-writer/src/unconvert.js';
import type { Physical } from './cast.js';

/** Facts about a data page for readers that search. */
export interface PageEntry {
  /** Where its header is in the file. */
  readonly offset: number;
  readonly bytes: number;
  /** In the row group. */
  readonly firstRow: number;
  readonly nulls: number;
  readonly isNull: boolean;
  readonly min: Physical | undefined;
  readonly max: Physical | undefined;
}

/** A column chunk of a row group and its pages. */
export interface ChunkPages {
  readonly chunk: ColumnChunk;
  readonly element: SchemaElement;
  readonly pages: readonly PageEntry[];
}

const NOTHING = new Uint8Array();

/**
 * Appends the page indexes, and notes in the chunks where they are. Chunks of one page have none, since their
 * statistics say the same; columns whose values have no order have no bounds and only places.
 *
 * https://github.com/apache/parquet-format/blob/master/PageIndex.md
 */
export function writePageIndexes(target: ByteWriter, chunks: readonly ChunkPages[]): void {
  writeIndexes(
    target,
    chunks.map(({ chunk, element, pages }) => ({
      chunk,
      ...columnIndex(element, pages),
      offsetIndex: {
        page_locations: pages.map(({ offset, bytes, firstRow }) => ({
          offset: BigInt(offset),
          compressed_page_size: bytes,
          first_row_index: BigInt(firstRow),
        })),
      },
    })),
  );
}

function columnIndex(
  element: SchemaElement,
  pages: readonly PageEntry[],
): { columnIndex?: ColumnIndex & { null_counts: bigint[] } } {
  const isOrdered = pages.every(({ isNull, min, max }) => isNull || (min !== undefined && max !== undefined));
  if (!isOrdered) return {};
  return {
    columnIndex: {
      null_pages: pages.map(({ isNull }) => isNull),
      min_values: pages.map(({ min }) => unconvertMinMax(min, element, false) ?? NOTHING),
      max_values: pages.map(({ max }) => unconvertMinMax(max, element, true) ?? NOTHING),
      boundary_order: 'UNORDERED',
      null_counts: pages.map(({ nulls }) => BigInt(nulls)),
    },
  };
}
