import { KIND_STRING, VALUE_KIND, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { Line } from './line';
import { Results } from './results';

/** `+` and `&` of text, as it stands in JSON: escapes stay what they are, and a pair of them may become one character. */
export class Concatenation {
  /** A side is 0 when it is empty; `emptyAsText` says that it then stands for the empty text. */
  static of(left: usize, right: usize, emptyAsText: bool, at: u32): u32 {
    if ((!left || !right) && !emptyAsText) return 0;
    const length = Concatenation.lengthOf(left);
    const other = Concatenation.lengthOf(right);
    const start = Arena.text(length + other);
    if (!start) return 0;
    if (left) Bytes.copy(start, load<u32>(left, VALUE_START), length);
    if (right) Bytes.copy(start + length, load<u32>(right, VALUE_START), other);
    return Results.one(Arena.make(start, length + other, KIND_STRING), at);
  }

  @inline static lengthOf(value: usize): u32 {
    if (!value) return 0;
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) Line.odd = true;
    return load<u32>(value, VALUE_LENGTH);
  }
}
