import {
  CONVERSION_INTEGER,
  CONVERSION_STRING,
  KIND_FALSE,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_STRING,
  KIND_TRUE,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { CanonicalText } from './canonical-text';
import { Arena } from './capture-arena';
import { MINUS, PLUS, ZERO } from './chars';
import { NumberText } from './number-text';
import { Results } from './results';

/** One more than the greatest integer of FHIRPath, which has 32 bits. */
const INTEGER_BOUND: i64 = 0x80000000;

/**
 * `toString()` and `toInteger()`. An object becomes nothing.
 *
 * https://hl7.org/fhirpath/#conversion
 */
export class Conversions {
  /** Converts a value, 0 for none; the result goes to the stack. */
  static apply(to: u32, value: usize, at: u32): u32 {
    if (!value) return 0;
    const kind = load<u32>(value, VALUE_KIND);
    if (kind == KIND_OBJECT) return 0;
    if (to == CONVERSION_STRING) return Conversions.text(value, kind, at);
    return to == CONVERSION_INTEGER ? Conversions.integer(value, kind, at) : 0;
  }

  /** A value that is not text becomes the bytes that it is written with, which need no escapes. */
  static text(value: usize, kind: u32, at: u32): u32 {
    if (kind == KIND_STRING) return Results.one(value, at);
    const text = Arena.make(load<u32>(value, VALUE_START), load<u32>(value, VALUE_LENGTH), KIND_STRING);
    return Results.one(text, at);
  }

  /** No result for text that is not a whole number of 32 bits. */
  static integer(value: usize, kind: u32, at: u32): u32 {
    if (kind == KIND_TRUE || kind == KIND_FALSE) return Results.number(kind == KIND_TRUE ? 1 : 0, at);
    const mark = Arena.textNext;
    const text = kind == KIND_NUMBER ? value : CanonicalText.of(value);
    const start: usize = load<u32>(text, VALUE_START);
    const end = start + load<u32>(text, VALUE_LENGTH);
    Arena.textNext = mark;
    let p = start;
    if (p < end && (load<u8>(p) == MINUS || load<u8>(p) == PLUS)) p++;
    if (p == end) return 0;
    let whole: i64 = 0;
    for (let digits = p; digits < end; digits++) {
      const digit = <u32>load<u8>(digits) - ZERO;
      if (digit > 9) return 0;
      if (whole < INTEGER_BOUND * 10) whole = whole * 10 + digit;
    }
    if (load<u8>(start) == MINUS) whole = -whole;
    if (whole < -INTEGER_BOUND || whole >= INTEGER_BOUND) return 0;
    return NumberText.decimal(whole, 0, at);
  }
}
