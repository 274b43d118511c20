import {
  KIND_FALSE,
  KIND_NOTHING,
  KIND_NUMBER,
  KIND_STRING,
  KIND_TRUE,
  NODE_SLOTS,
  SLOT_BYTES,
  VALUE_BYTES,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_NEXT,
  VALUE_NODE,
  VALUE_NOTHING,
  VALUE_START,
} from '../src/program-format';
import { Arena } from './capture-arena';
import { ZERO } from './chars';
import { Line } from './line';

/** Results of expressions: addresses of values. */
const CAPACITY: u32 = 8192;
const stack: usize = memory.data(8192 * 4, 16);
const words: usize = memory.data<u8>([0x74, 0x72, 0x75, 0x65, 0x66, 0x61, 0x6c, 0x73, 0x65], 16);
const minusOne: usize = memory.data<u8>([0x2d, 0x31, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);
const truth: usize = memory.data(VALUE_BYTES, 16);
const falsehood: usize = memory.data(VALUE_BYTES, 16);

/** The stack of the expressions. When it is full the line is odd. */
export class Results {
  static setUp(): void {
    store<u32>(truth, <u32>words, VALUE_START);
    store<u32>(truth, 4, VALUE_LENGTH);
    store<u32>(truth, KIND_TRUE, VALUE_KIND);
    store<u32>(falsehood, <u32>words + 4, VALUE_START);
    store<u32>(falsehood, 5, VALUE_LENGTH);
    store<u32>(falsehood, KIND_FALSE, VALUE_KIND);
  }

  @inline static result(at: u32): usize {
    return load<u32>(stack + (at << 2));
  }

  @inline static put(at: u32, value: usize): void {
    if (at < CAPACITY) store<u32>(stack + (at << 2), <u32>value);
    else Line.odd = true;
  }

  @inline static one(value: usize, at: u32): u32 {
    if (at >= CAPACITY) {
      Line.odd = true;
      return 0;
    }
    store<u32>(stack + (at << 2), <u32>value);
    return 1;
  }

  @inline static boolean(isTrue: bool, at: u32): u32 {
    return Results.one(isTrue ? truth : falsehood, at);
  }

  /** Moves results down the stack. */
  @inline static down(from: u32, to: u32, count: u32): u32 {
    if (from == to) return count;
    for (let i: u32 = 0; i < count; i++) Results.put(to + i, Results.result(from + i));
    return count;
  }

  /** The first child of a value with a key, or 0. */
  @inline static child(parent: usize, key: u32): usize {
    const node: usize = load<u32>(parent, VALUE_NODE);
    if (!node) return 0;
    const place: usize = load<u8>(<usize>load<u32>(node, NODE_SLOTS) + key);
    return load<u32>(parent + place * SLOT_BYTES, VALUE_NOTHING);
  }

  /** Whether an item has a value: a primitive may have none. */
  @inline static hasValue(value: usize): bool {
    return load<u32>(value, VALUE_KIND) != KIND_NOTHING;
  }

  /** Puts the children of a value with a key; returns the place after the last one. */
  @inline static children(parent: usize, key: u32, at: u32): u32 {
    return Results.siblings(Results.child(parent, key), at);
  }

  /** Puts a value, unless it is 0, and those next to it. */
  @inline static siblings(child: usize, at: u32): u32 {
    while (child) {
      if (at >= CAPACITY) {
        Line.odd = true;
        return at;
      }
      store<u32>(stack + (at++ << 2), <u32>child);
      child = load<u32>(child, VALUE_NEXT);
    }
    return at;
  }

  /** The only child with a key that is a string, or 0. */
  @inline static textChild(parent: usize, key: u32): usize {
    const child = Results.child(parent, key);
    return child && load<u32>(child, VALUE_KIND) == KIND_STRING ? child : 0;
  }

  /** A whole number as a value of its own. */
  static number(count: u32, at: u32): u32 {
    const start = Arena.text(10);
    if (!start) return 0;
    let next = start + 10;
    do {
      store<u8>(--next, ZERO + (count % 10));
      count /= 10;
    } while (count);
    return Results.one(Arena.make(next, <u32>(start + 10 - next), KIND_NUMBER), at);
  }

  /** A position, or -1. */
  static integer(position: i32, at: u32): u32 {
    if (position >= 0) return Results.number(position, at);
    return Results.one(Arena.make(minusOne, 2, KIND_NUMBER), at);
  }
}
