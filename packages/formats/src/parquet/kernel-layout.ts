import * as format from './kernel-format.js';

const LEAST_ROW_GROUP_BYTES = 256 * 1024;
const LEAST_ROW_BYTES = 64 * 1024;
const MOST_ROW_BYTES = 1 << 20;
/** A quarter of the pool may be kept for the current row, besides the bytes of its values. */
const POOL_SHARE = 4 / 3;
/** Smallest blocks and first tables of a column. */
const POOL_BYTES_PER_COLUMN = 2048;
/** Values can be up to four times as long in a page as their cells, which have a head of four bytes. */
const GROWTH = 4;

/** Where things are in the memory of the kernel. */
export interface KernelLayout {
  readonly columns: number;
  /** Cells of rows that are about to be added. */
  readonly input: number;
  readonly inputBytes: number;
  readonly pool: number;
  readonly poolEnd: number;
  readonly cast: number;
  readonly raw: number;
  readonly levels: number;
  readonly levelBytes: number;
  readonly output: number;
  readonly end: number;
}

/** The longest row that a kernel for such row groups is made for at first. */
export function usualRowBytes(rowGroupBytes: number): number {
  return Math.min(Math.max(Math.ceil(rowGroupBytes / 16), LEAST_ROW_BYTES), MOST_ROW_BYTES);
}

/** @param rowBytes the longest row, as cells */
export function layOut(
  heapBase: number,
  columnCount: number,
  rowGroupBytes: number,
  rowBytes: number,
): KernelLayout {
  let top = heapBase;
  const place = (bytes: number): number => {
    const start = Math.ceil(top / 64) * 64;
    top = start + bytes + format.PADDING;
    return start;
  };
  const groupBytes = Math.max(rowGroupBytes, LEAST_ROW_GROUP_BYTES);
  const poolBytes = Math.ceil(
    POOL_SHARE * Math.max(groupBytes, format.ROW_FACTOR * rowBytes) + POOL_BYTES_PER_COLUMN * columnCount,
  );
  const entries = format.PAGE_MOST_ENTRIES + Math.ceil(rowBytes / 4);
  const rawBytes = format.DICTIONARY_MOST_BYTES + format.PAGE_MOST_BYTES + GROWTH * rowBytes;
  const columns = place(columnCount * format.COLUMN_BYTES);
  const input = place(rowBytes);
  const pool = place(poolBytes);
  const cast = place(rowBytes);
  const raw = place(rawBytes);
  const levelBytes = 4 * entries;
  const levels = place(3 * levelBytes);
  const output = place(rawBytes + Math.ceil(rawBytes / 6) + entries);
  const poolEnd = pool + poolBytes;
  return {
    columns,
    input,
    inputBytes: rowBytes,
    pool,
    poolEnd,
    cast,
    raw,
    levels,
    levelBytes,
    output,
    end: top,
  };
}
