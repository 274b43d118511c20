import {
  KIND_NUMBER,
  KIND_STRING,
  OP_CONTAINS,
  OP_ENDS_WITH,
  OP_INDEX_OF,
  OP_LENGTH,
  OP_LOWER,
  OP_REPLACE,
  OP_STARTS_WITH,
  OP_SUBSTRING,
  OP_TRIM,
  OP_UPPER,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { MINUS, SPACE, ZERO } from './chars';
import { Line } from './line';
import { Results } from './results';
import { TextSearch } from './text-search';
import { TextUnits } from './text-units';

/** Texts of more units make the line odd. */
const MOST_UNITS: u64 = 1 << 20;

/**
 * FHIRPath's functions on text. Plain ASCII without escapes is treated as bytes, all else as UTF-16 units.
 *
 * https://hl7.org/fhirpath/#string-manipulation
 */
export class TextFunctions {
  /** Applies a function to a value and its arguments, 0 for an empty one; the result goes to the stack. */
  static apply(op: u32, value: usize, first: usize, second: usize, at: u32): u32 {
    if (!value) return 0;
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) {
      Line.odd = true;
      return 0;
    }
    switch (op) {
      case OP_UPPER:
        return TextFunctions.cased(value, 0x61, at);
      case OP_LOWER:
        return TextFunctions.cased(value, 0x41, at);
      case OP_TRIM:
        return TextFunctions.trimmed(value, at);
      case OP_LENGTH:
        return Results.number(
          TextUnits.countCharacters(load<u32>(value, VALUE_START), load<u32>(value, VALUE_LENGTH)),
          at,
        );
      case OP_SUBSTRING:
        return first ? TextFunctions.substring(value, first, second, at) : 0;
    }
    if (!first || (op == OP_REPLACE && !second)) return 0;
    if (load<u32>(first, VALUE_KIND) != KIND_STRING) Line.odd = true;
    switch (op) {
      case OP_STARTS_WITH:
        return Results.boolean(TextSearch.starts(value, first), at);
      case OP_ENDS_WITH:
        return Results.boolean(TextSearch.ends(value, first), at);
      case OP_CONTAINS:
        return Results.boolean(TextSearch.find(value, first) >= 0, at);
      case OP_INDEX_OF:
        return Results.integer(TextSearch.find(value, first), at);
      case OP_REPLACE:
        if (load<u32>(second, VALUE_KIND) != KIND_STRING) Line.odd = true;
        return TextFunctions.replaced(value, first, second, at);
    }
    Line.odd = true;
    return 0;
  }

  /** Turns the letters from `first` on into those of the other case. Letters beyond ASCII make the line odd. */
  static cased(value: usize, first: u32, at: u32): u32 {
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    const mark = Arena.textNext;
    if (!Bytes.isPlainAscii(start, length)) {
      const units = TextUnits.of(value);
      const count = <u32>(Arena.textNext - units) >> 1;
      if (!units) return 0;
      for (let p = units; p < Arena.textNext; p += 2) {
        const unit: u32 = load<u16>(p);
        if (unit >= 0x80) Line.odd = true;
        if (unit - first < 26) store<u16>(p, unit ^ 0x20);
      }
      return TextFunctions.text(units, count, mark, at);
    }
    const target = Arena.text(length);
    if (!target) return 0;
    for (let i: u32 = 0; i < length; i++) {
      const char: u32 = load<u8>(start + i);
      store<u8>(target + i, char - first < 26 ? char ^ 0x20 : char);
    }
    return Results.one(Arena.make(target, length, KIND_STRING), at);
  }

  static trimmed(value: usize, at: u32): u32 {
    let start: usize = load<u32>(value, VALUE_START);
    let length = load<u32>(value, VALUE_LENGTH);
    if (Bytes.isPlainAscii(start, length)) {
      // JSON has no other white space without escape.
      while (length && load<u8>(start) == SPACE) {
        start++;
        length--;
      }
      while (length && load<u8>(start + length - 1) == SPACE) length--;
      return Results.one(Arena.make(start, length, KIND_STRING), at);
    }
    const mark = Arena.textNext;
    let units = TextUnits.of(value);
    if (!units) return 0;
    let count = <u32>(Arena.textNext - units) >> 1;
    while (count && TextFunctions.isSpace(TextUnits.at(units, 0))) {
      units += 2;
      count--;
    }
    while (count && TextFunctions.isSpace(TextUnits.at(units, count - 1))) count--;
    return TextFunctions.text(units, count, mark, at);
  }

  /** https://tc39.es/ecma262/#sec-trimstring */
  static isSpace(unit: u32): bool {
    if (unit < 0x80) return unit == SPACE || unit - 9 < 5;
    if (unit - 0x2000 < 11 || unit == 0xa0 || unit == 0x1680) return true;
    return (
      unit == 0x2028 || unit == 0x2029 || unit == 0x202f || unit == 0x205f || unit == 0x3000 || unit == 0xfeff
    );
  }

  /** Nothing when the start is not in the text; without length, all that follows. */
  static substring(value: usize, first: usize, second: usize, at: u32): u32 {
    const from = TextFunctions.wholeNumber(first);
    const most = second ? max(0, TextFunctions.wholeNumber(second)) : i32.MAX_VALUE;
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (from < 0 || Line.odd) return 0;
    if (Bytes.isPlainAscii(start, length)) {
      if (<u32>from >= length) return 0;
      const taken = min(<u32>most, length - from);
      return Results.one(Arena.make(start + from, taken, KIND_STRING), at);
    }
    const mark = Arena.textNext;
    const units = TextUnits.of(value);
    const count = <u32>(Arena.textNext - units) >> 1;
    const skipped = units ? TextUnits.unitsOf(units, count, from) : count;
    if (skipped >= count) {
      Arena.textNext = mark;
      return 0;
    }
    const rest = units + ((<usize>skipped) << 1);
    return TextFunctions.text(rest, TextUnits.unitsOf(rest, count - skipped, most), mark, at);
  }

  /** A number as the position it is; one that is written in another way than a whole number makes the line odd. */
  static wholeNumber(value: usize): i32 {
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    const isNegative = load<u8>(start) == MINUS;
    if (load<u32>(value, VALUE_KIND) != KIND_NUMBER || length > 9) Line.odd = true;
    let whole: i32 = 0;
    for (let i: u32 = isNegative ? 1 : 0; i < min(length, 9); i++) {
      const digit = <u32>load<u8>(start + i) - ZERO;
      if (digit > 9) Line.odd = true;
      whole = whole * 10 + digit;
    }
    if (isNegative && !whole) Line.odd = true;
    return isNegative ? -whole : whole;
  }

  /** An empty pattern is found around each character. */
  static replaced(value: usize, pattern: usize, substitution: usize, at: u32): u32 {
    const mark = Arena.textNext;
    const units = TextUnits.of(value);
    const count = <u32>(Arena.textNext - units) >> 1;
    const wanted = TextUnits.of(pattern);
    const length = <u32>(Arena.textNext - wanted) >> 1;
    const inserted = TextUnits.of(substitution);
    const size = <u32>(Arena.textNext - inserted) >> 1;
    if (!units || !wanted || !inserted) return 0;
    const most = <u64>count + <u64>(count + 1) * size;
    // Room for the result if every possible replacement is made.
    const room = length ? <u64>count + <u64>(count / length) * size : most;
    if (room > MOST_UNITS) {
      Line.odd = true;
      return 0;
    }
    const target = Arena.text((<u32>room) << 1);
    if (!target) return 0;
    let next = target;
    for (let i: u32 = 0; i < count;) {
      const isFound = TextFunctions.isAt(units, count, i, wanted, length);
      if (isFound) next = TextFunctions.copy(next, inserted, size);
      if (isFound && length) {
        i += length;
        continue;
      }
      const width: u32 = length ? 1 : TextUnits.width(units, i, count);
      next = TextFunctions.copy(next, units + ((<usize>i) << 1), width);
      i += width;
    }
    if (!length) next = TextFunctions.copy(next, inserted, size);
    return TextFunctions.text(target, <u32>(next - target) >> 1, mark, at);
  }

  @inline static isAt(units: usize, count: u32, at: u32, pattern: usize, length: u32): bool {
    return at + length <= count && TextUnits.standsAt(units, at, pattern, length);
  }

  @inline static copy(target: usize, units: usize, count: u32): usize {
    memory.copy(target, units, count << 1);
    return target + (count << 1);
  }

  static text(units: usize, count: u32, mark: usize, at: u32): u32 {
    const value = TextUnits.toValue(units, count, mark);
    return value ? Results.one(value, at) : 0;
  }
}
