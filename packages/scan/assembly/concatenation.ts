import { KIND_STRING, VALUE_KIND, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { Line } from './line';
import { Results } from './results';

/**
 * `+` and `&` of text in its JSON form: escapes stay escapes, and a pair of them may become one character.
 */
export class Concatenation {
  /** A side is 0 when it is empty; `emptyAsText` says that it then stands for the empty text. */
  static of(left: usize, right: usize, emptyAsText: bool, at: u32): u32 {
    if ((!left || !right) && !emptyAsText) return 0;
    const length = Concatenation.lengthOf(left);
    const other = Concatenation.lengthOf(right);
    const start = Arena.text(length + other);
    if (!start) return 0;
    if (left) Concatenation.copy(start, left, length);
    if (right) Concatenation.copy(start + length, right, other);
    return Results.one(Arena.make(start, length + other, KIND_STRING), at);
  }

  /** Those items on the stack that have a value as one text, with a separator that is 0 for none. */
  static ofItems(items: u32, separator: usize, at: u32): u32 {
    const gap = Concatenation.lengthOf(separator);
    let total: u64 = 0;
    let count: u32 = 0;
    for (let i: u32 = 0; i < items; i++) {
      const item = Results.result(at + i);
      if (!Results.hasValue(item)) continue;
      total += Concatenation.lengthOf(item);
      Results.put(at + count++, item);
    }
    if (Line.odd) return 0;
    if (count < 2) return count;
    total += <u64>gap * (count - 1);
    const length = <u32>min<u64>(total, u32.MAX_VALUE);
    const start = Arena.text(length);
    if (!start) return 0;
    let next = start;
    for (let i: u32 = 0; i < count; i++) {
      if (i && gap) next = Concatenation.copy(next, separator, gap);
      const item = Results.result(at + i);
      next = Concatenation.copy(next, item, load<u32>(item, VALUE_LENGTH));
    }
    return Results.one(Arena.make(start, length, KIND_STRING), at);
  }

  @inline static copy(target: usize, value: usize, length: u32): usize {
    Bytes.copy(target, load<u32>(value, VALUE_START), length);
    return target + length;
  }

  @inline static lengthOf(value: usize): u32 {
    if (!value) return 0;
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) Line.odd = true;
    return load<u32>(value, VALUE_LENGTH);
  }
}
