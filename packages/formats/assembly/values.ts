import { CELL_FALSE, CELL_NUMBER, CELL_STORED, CELL_TEXT, CELL_TRUE } from '../../scan/src/cell-format';
import {
  CAST_NULL,
  COLUMN_NUMBER,
  COLUMN_PLAIN_BYTES,
  COLUMN_TABLE,
  COLUMN_TYPE,
  COLUMN_VALUES,
  COLUMN_WIDTH,
  TYPE_BOOLEAN,
  TYPE_DOUBLE,
  TYPE_HOST,
  TYPE_INSTANT,
  TYPE_INT32,
  TYPE_INT64,
  TYPE_TEXT,
} from '../src/parquet/kernel-format';
import { Chain } from './chain';
import { Bytes } from './bytes';
import { Dictionary } from './dictionary';
import { Moments } from './moments';
import { Numbers } from './numbers';

/**
 * Writes the value that a cell is to `target` and returns its bytes; `CAST_NULL` or throws when the cell does not fit the
 * column.
 */
declare function castCell(column: u32, kind: u32, at: usize, length: u32, target: usize): u32;

/** `true` and `false` as text, and as values. */
const words: usize = memory.data<u8>([0x74, 0x72, 0x75, 0x65, 0x66, 0x61, 0x6c, 0x73, 0x65], 16);
const number: usize = memory.data(16, 16);
const bits: usize = memory.data<u8>([0, 1], 16);

/** Cells to the values of their column. A value is known by its address, of its length where it has one. */
export class Values {
  /** Room for a value that the host makes, which is not longer than its cell, or than 16 bytes. */
  static cast: usize = 0;

  /** The value, or 0 where it is null. */
  static of(column: usize, kind: u32, at: usize, length: u32): usize {
    const type = load<u32>(column, COLUMN_TYPE);
    if (type == TYPE_BOOLEAN) return Values.boolean(column, kind, at, length);
    if (kind == CELL_STORED) return Values.keep(column, at, length);
    if (type == TYPE_TEXT) {
      if (kind == CELL_TRUE) return Values.keep(column, words, 4);
      if (kind == CELL_FALSE) return Values.keep(column, words + 4, 5);
      return Values.keep(column, at, length);
    }
    if (type != TYPE_HOST && (kind == CELL_NUMBER || kind == CELL_TEXT)) {
      const width = type == TYPE_INSTANT ? Values.instant(kind, at, length) : Values.number(type, at, length);
      if (width) return Values.keep(column, number, width);
    }
    const bytes = castCell(load<u32>(column, COLUMN_NUMBER), kind, at, length, Values.cast);
    return bytes == CAST_NULL ? 0 : Values.keep(column, Values.cast, bytes);
  }

  @inline static isTrue(value: usize): bool {
    return value == bits + 1;
  }

  static boolean(column: usize, kind: u32, at: usize, length: u32): usize {
    if (kind == CELL_TRUE) return bits + 1;
    if (kind == CELL_FALSE) return bits;
    if (kind == CELL_STORED) return bits + (load<u8>(at) & 1);
    const bytes = castCell(load<u32>(column, COLUMN_NUMBER), kind, at, length, Values.cast);
    return bytes == CAST_NULL ? 0 : bits + (load<u8>(Values.cast) & 1);
  }

  /** Leaves a number in `number` and returns its width, 0 when it is for the host. */
  static number(type: u32, at: usize, length: u32): u32 {
    if (type == TYPE_DOUBLE) {
      store<f64>(number, Numbers.double(at, length));
      return Numbers.isRead ? 8 : 0;
    }
    const integer = Numbers.integer(at, length);
    if (!Numbers.isRead) return 0;
    store<i64>(number, integer);
    if (type == TYPE_INT64) return 8;
    return type == TYPE_INT32 && <i64>(<i32>integer) == integer ? 4 : 0;
  }

  static instant(kind: u32, at: usize, length: u32): u32 {
    store<i64>(number, Moments.micros(at, length));
    return kind == CELL_TEXT && Moments.isRead ? 8 : 0;
  }

  @inline static keep(column: usize, at: usize, length: u32): usize {
    const head: u32 = load<u32>(column, COLUMN_WIDTH) ? 0 : 4;
    const bytes = head + length;
    store<u64>(column, load<u64>(column, COLUMN_PLAIN_BYTES) + bytes, COLUMN_PLAIN_BYTES);
    if (load<u32>(column, COLUMN_TABLE)) return Dictionary.find(column, at, length, head);
    const value = Chain.room(column + COLUMN_VALUES, bytes);
    if (head) store<u32>(value, length);
    Bytes.exactly(value + head, at, length);
    return value;
  }
}
