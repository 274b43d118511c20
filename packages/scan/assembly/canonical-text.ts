import { KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { Escapes } from './escapes';

/** Text has many forms in JSON, but only one that `JSON.stringify` writes: equal texts are equal bytes there. */
export class CanonicalText {
  /** A value with that form; the value itself when it has no escapes. */
  static of(value: usize): usize {
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (!Bytes.escaped(start, length)) return value;
    const room = Arena.text(length);
    if (!room) return value;
    const end = Escapes.toCanonical(room, start, length);
    return Arena.make(room, <u32>(end - room), KIND_STRING);
  }

  static same(left: usize, right: usize): bool {
    const mark = Arena.textNext;
    const a = CanonicalText.of(left);
    const b = CanonicalText.of(right);
    Arena.textNext = mark;
    const length = load<u32>(a, VALUE_LENGTH);
    return (
      length == load<u32>(b, VALUE_LENGTH) &&
      Bytes.equal(load<u32>(a, VALUE_START), load<u32>(b, VALUE_START), length)
    );
  }
}
