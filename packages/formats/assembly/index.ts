import { COLUMN_BYTES } from '../src/parquet/kernel-format';
import { Bounds } from './bounds';
import { Numbers } from './numbers';
import { Pages } from './pages';
import { Pool } from './pool';
import { RowGroup } from './row-group';
import { Values } from './values';

/** The first address that the kernel does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}

/** Called once for a file: gives the description of its columns, the memory, and whether the host compresses the pages. */
export function setUp(
  columns: usize,
  columnCount: u32,
  mostRows: u32,
  mostBytes: u32,
  pool: usize,
  poolEnd: usize,
  cast: usize,
  raw: usize,
  levels: usize,
  levelBytes: u32,
  output: usize,
  isPlain: bool,
): void {
  Numbers.setUp();
  RowGroup.columns = columns;
  RowGroup.columnCount = columnCount;
  RowGroup.mostRows = mostRows;
  RowGroup.mostBytes = mostBytes;
  Pool.setUp(pool, poolEnd, columnCount);
  Values.cast = cast;
  Pages.raw = raw;
  Pages.repetitions = levels;
  Pages.definitions = levels + levelBytes;
  Pages.numbers = levels + 2 * levelBytes;
  Pages.output = output;
  Pages.isPlain = isPlain;
  RowGroup.begin();
}

/** Begins a row group; the content of the one before is gone. */
export function begin(): void {
  RowGroup.begin();
}

/** Adds the whole rows between two addresses. Returns a `STOP_` number. */
export function add(from: usize, end: usize): u32 {
  return RowGroup.add(from, end);
}

/** Where the first row begins that `add` did not take. */
export function added(): usize {
  return RowGroup.added;
}

/** Rows of the row group. */
export function rowCount(): u32 {
  return RowGroup.rows;
}

/** Bytes that the row group takes in memory. */
export function usedBytes(): u32 {
  return <u32>(Pool.next - Pool.start);
}

/** Whether the row group has reached its limit. */
export function isFull(): bool {
  return RowGroup.isFull();
}

/** Begins the pages of a column. */
export function openColumn(number: u32): void {
  Pages.open(RowGroup.columns + number * COLUMN_BYTES);
}

/** Makes the page with the dictionary; false if the column has no dictionary. */
export function dictionaryPage(): bool {
  return Pages.dictionary();
}

/** Makes the next page with data; false after the last. */
export function nextPage(): bool {
  return Pages.next();
}

/** Address of the page that was made last. */
export function page(): usize {
  return Pages.record;
}

/** Address of the smallest value of the pages so far, 0 without one. */
export function chunkMin(): usize {
  return Bounds.chunkMin;
}

export function chunkMax(): usize {
  return Bounds.chunkMax;
}
