import {
  CELL_HEAD_BYTES,
  CELL_KIND_BITS,
  CELL_KIND_MASK,
  CELL_NULL,
  CELL_ROW_BYTES,
} from '../../scan/src/cell-format';
import {
  COLUMN_BYTES,
  COLUMN_ENTRIES,
  COLUMN_LEAVES,
  COLUMN_NUMBER,
  COLUMN_TYPE,
  COLUMN_WIDTH,
  COLUMN_ORDER,
  COLUMN_LIST,
  STOP_END,
  STOP_FULL,
  TYPE_BOOLEAN,
} from '../src/parquet/kernel-format';
import { Dictionary } from './dictionary';
import { ENTRY_EMPTY_LIST, ENTRY_NULL, ENTRY_NULL_ITEM, ENTRY_REPEATED, Entries } from './entries';
import { Pool } from './pool';
import { Values } from './values';

/** The rows since the last row group was written, column by column. */
export class RowGroup {
  static columns: usize = 0;
  static columnCount: u32 = 0;
  static rows: u32 = 0;
  static mostRows: u32 = 0;
  static mostBytes: u32 = 0;

  static begin(): void {
    Pool.clear();
    RowGroup.rows = 0;
    let column = RowGroup.columns;
    for (let i: u32 = 0; i < RowGroup.columnCount; i++, column += COLUMN_BYTES) {
      memory.fill(column + COLUMN_ENTRIES, 0, COLUMN_BYTES - COLUMN_ENTRIES);
      store<u32>(column, i, COLUMN_NUMBER);
      if (RowGroup.isInDictionary(column)) Dictionary.begin(column);
    }
  }

  /** Binary values are too long and too rarely the same. */
  @inline static isInDictionary(column: usize): bool {
    const isBinary = !load<u32>(column, COLUMN_WIDTH) && !load<u32>(column, COLUMN_ORDER);
    return load<u32>(column, COLUMN_TYPE) != TYPE_BOOLEAN && !isBinary;
  }

  /** Adds the whole rows from `at` on, until the row group is full; `added` is where the next row begins. */
  static added: usize = 0;

  static add(at: usize, end: usize): u32 {
    while (at + CELL_ROW_BYTES <= end) {
      const bytes = load<u32>(at);
      if (bytes > <u32>(end - at)) break;
      if (RowGroup.isFull() || !Pool.keepFor(bytes, RowGroup.columnCount)) {
        RowGroup.added = at;
        return STOP_FULL;
      }
      RowGroup.row(at + CELL_ROW_BYTES);
      at += bytes;
    }
    RowGroup.added = at;
    return STOP_END;
  }

  @inline static isFull(): bool {
    if (RowGroup.rows >= RowGroup.mostRows) return true;
    return RowGroup.rows != 0 && <u32>(Pool.next - Pool.start) >= RowGroup.mostBytes;
  }

  @inline static row(at: usize): void {
    let column = RowGroup.columns;
    for (let i = RowGroup.columnCount; i; i--, column += COLUMN_BYTES) {
      const head = load<u32>(at);
      const kind = head & CELL_KIND_MASK;
      const length = head >> CELL_KIND_BITS;
      at += CELL_HEAD_BYTES;
      if (kind == CELL_NULL) Entries.append(column, ENTRY_NULL);
      else if (load<u32>(column, COLUMN_LIST)) at = RowGroup.list(column, at, length);
      else {
        Entries.append(column, <u32>Values.of(column, kind, at, length));
        at += length;
      }
      if (load<u32>(column, COLUMN_LEAVES)) Dictionary.leave(column);
    }
    RowGroup.rows++;
  }

  static list(column: usize, at: usize, count: u32): usize {
    if (!count) Entries.append(column, ENTRY_EMPTY_LIST);
    for (let i: u32 = 0; i < count; i++) {
      const head = load<u32>(at);
      const kind = head & CELL_KIND_MASK;
      const length = head >> CELL_KIND_BITS;
      at += CELL_HEAD_BYTES;
      let entry = kind == CELL_NULL ? ENTRY_NULL_ITEM : <u32>Values.of(column, kind, at, length);
      if (entry == ENTRY_NULL) entry = ENTRY_NULL_ITEM;
      Entries.append(column, i ? entry | ENTRY_REPEATED : entry);
      at += length;
    }
    return at;
  }
}
