import {
  KIND_OBJECT,
  NODE_SLOT_COUNT,
  SLOT_BYTES,
  VALUE_BYTES,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_NODE,
  VALUE_START,
} from '../src/program-format';
import { Line } from './line';

/**
 * The captured values of a line. They are linked as FHIRPath sees them: an object has a slot for each key that is read,
 * which leads to the first value under it, and that to the next when it is an item of an array. A value is known by its
 * address; numbers of values cost a multiplication each time, 10 % of the whole.
 */
export class Arena {
  static base: usize = 0;
  static next: usize = 0;
  static end: usize = 0;
  /** Text that expressions make. */
  static textBase: usize = 0;
  static textNext: usize = 0;
  static textEnd: usize = 0;

  @inline static clear(): void {
    Arena.next = Arena.base;
    Arena.textNext = Arena.textBase;
  }

  /** A value without parent. When there is no room the line is odd, and the first value serves as a dummy. */
  @inline static make(start: usize, length: u32, kind: u32): usize {
    let value = Arena.next;
    if (value + VALUE_BYTES > Arena.end) {
      Line.odd = true;
      value = Arena.base;
    } else Arena.next = value + VALUE_BYTES;
    store<u32>(value, <u32>start, VALUE_START);
    store<u32>(value, length, VALUE_LENGTH);
    // The kind, and no next item.
    store<u64>(value, kind, VALUE_KIND);
    store<u64>(value, 0, VALUE_NODE);
    return value;
  }

  /** An object with empty slots. */
  @inline static object(start: usize, node: usize): usize {
    const value = Arena.next;
    const end = value + VALUE_BYTES + load<u32>(node, NODE_SLOT_COUNT) * SLOT_BYTES;
    if (end + VALUE_BYTES > Arena.end) {
      Line.odd = true;
      return Arena.base;
    }
    Arena.next = end;
    store<u32>(value, <u32>start, VALUE_START);
    store<u32>(value, 0, VALUE_LENGTH);
    store<u64>(value, KIND_OBJECT, VALUE_KIND);
    store<u64>(value, <u32>node, VALUE_NODE);
    for (let slot = value + VALUE_BYTES; slot < end; slot += 16) v128.store(slot, i64x2.splat(0));
    return value;
  }

  /**
   * Room for text, with padding. If there is no room, the line is odd and the result is the start of the
   * arena.
   */
  @inline static text(length: u32): usize {
    const start = Arena.textNext;
    if (length > 0x7fffffff || start + length + 32 > Arena.textEnd) {
      Line.odd = true;
      return 0;
    }
    Arena.textNext = start + length;
    return start;
  }
}
