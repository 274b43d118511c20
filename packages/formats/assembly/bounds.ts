import {
  COLUMN_ORDER,
  COLUMN_WIDTH,
  ORDER_BIG_ENDIAN,
  ORDER_BOOLEAN,
  ORDER_DOUBLE,
  ORDER_FLOAT,
  ORDER_INT32,
  ORDER_INT64,
  ORDER_NONE,
  ORDER_TEXT,
} from '../src/parquet/kernel-format';
import { Bytes } from './bytes';

const TEXT_HEAD_BYTES: u32 = 4;

/** Smallest and largest value of the page in work and of its column chunk, by their addresses; 0 without values. */
export class Bounds {
  static order: u32 = 0;
  static width: u32 = 0;
  static min: usize = 0;
  static max: usize = 0;
  static chunkMin: usize = 0;
  static chunkMax: usize = 0;
  /**
   * The first bytes of both texts: most texts lie between and are told so by them. With whole texts compared instead,
   * `observation_flat` as Parquet takes 7 % more time.
   */
  static minStart: u64 = 0;
  static maxStart: u64 = 0;

  static open(column: usize): void {
    Bounds.order = load<u32>(column, COLUMN_ORDER);
    Bounds.width = load<u32>(column, COLUMN_WIDTH);
    Bounds.chunkMin = 0;
    Bounds.chunkMax = 0;
  }

  @inline static beginPage(): void {
    Bounds.min = 0;
    Bounds.max = 0;
  }

  static endPage(): void {
    const low = Bounds.min;
    if (!low) return;
    const high = Bounds.max;
    if (!Bounds.chunkMin || Bounds.precedes(low, Bounds.chunkMin)) Bounds.chunkMin = low;
    if (!Bounds.chunkMax || Bounds.precedes(Bounds.chunkMax, high)) Bounds.chunkMax = high;
  }

  @inline static offer(value: usize): void {
    const order = Bounds.order;
    if (order == ORDER_NONE || value == Bounds.min || value == Bounds.max) return;
    if (order == ORDER_TEXT) {
      const start = Bounds.start(value);
      if (!Bounds.min || (start <= Bounds.minStart && Bounds.textPrecedes(value, Bounds.min))) {
        Bounds.min = value;
        Bounds.minStart = start;
      }
      if (!Bounds.max || (start >= Bounds.maxStart && Bounds.textPrecedes(Bounds.max, value))) {
        Bounds.max = value;
        Bounds.maxStart = start;
      }
    } else {
      if (!Bounds.min || Bounds.precedes(value, Bounds.min)) Bounds.min = value;
      if (!Bounds.max || Bounds.precedes(Bounds.max, value)) Bounds.max = value;
    }
  }

  /** The first eight bytes as a number whose order is theirs, which wants the first byte highest. */
  @inline static start(text: usize): u64 {
    const length = load<u32>(text);
    const first = text + TEXT_HEAD_BYTES;
    return bswap<u64>(length < 8 ? Bytes.tail(first, length) : load<u64>(first));
  }

  static precedes(left: usize, right: usize): bool {
    switch (Bounds.order) {
      case ORDER_TEXT:
        return Bounds.textPrecedes(left, right);
      case ORDER_BOOLEAN:
        return load<u8>(left) < load<u8>(right);
      case ORDER_INT32:
        return load<i32>(left) < load<i32>(right);
      case ORDER_INT64:
        return load<i64>(left) < load<i64>(right);
      case ORDER_FLOAT:
        return load<f32>(left) < load<f32>(right);
      case ORDER_DOUBLE:
        return load<f64>(left) < load<f64>(right);
      case ORDER_BIG_ENDIAN:
        return Bounds.bigEndianPrecedes(left, right);
      default:
        return false;
    }
  }

  /** Text is ordered by its bytes. */
  static textPrecedes(left: usize, right: usize): bool {
    const leftLength = load<u32>(left);
    const rightLength = load<u32>(right);
    const shorter = min(leftLength, rightLength);
    const a = left + TEXT_HEAD_BYTES;
    const b = right + TEXT_HEAD_BYTES;
    let i: u32 = 0;
    while (i + 8 <= shorter && load<u64>(a + i) == load<u64>(b + i)) i += 8;
    for (; i < shorter; i++) {
      const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
      if (difference) return difference < 0;
    }
    return leftLength < rightLength;
  }

  static bigEndianPrecedes(left: usize, right: usize): bool {
    const highest = <i32>load<i8>(left) - <i32>load<i8>(right);
    if (highest) return highest < 0;
    for (let i: u32 = 1; i < Bounds.width; i++) {
      const difference = <i32>load<u8>(left + i) - <i32>load<u8>(right + i);
      if (difference) return difference < 0;
    }
    return false;
  }
}
