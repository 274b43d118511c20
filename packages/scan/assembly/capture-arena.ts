import {
  VALUE_BYTES,
  VALUE_FIRST,
  VALUE_KEY,
  VALUE_KIND,
  VALUE_LAST,
  VALUE_LENGTH,
  VALUE_NEXT,
  VALUE_START,
} from '../src/program-format';
import { Line } from './line';

/**
 * The captured values of a line. They are linked as FHIRPath sees them: the items of an array are children of its
 * object, one by one. A value is known by its address; numbers of values cost a multiplication each time, 10 % of the
 * whole.
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
    store<u64>(value, 0, VALUE_FIRST);
    store<u32>(value, 0, VALUE_NEXT);
    store<u32>(value, kind, VALUE_KIND);
    return value;
  }

  /** Adds a value as the last child of its parent. */
  @inline static link(value: usize, parent: usize, key: u32): void {
    store<u32>(value, key, VALUE_KEY);
    const last: usize = load<u32>(parent, VALUE_LAST);
    if (last) store<u32>(last, <u32>value, VALUE_NEXT);
    else store<u32>(parent, <u32>value, VALUE_FIRST);
    store<u32>(parent, <u32>value, VALUE_LAST);
  }

  /** Room for text, with padding; when there is none the line is odd and the room is the beginning. */
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
