import {
  KIND_FALSE,
  KIND_NOTHING,
  KIND_STRING,
  KIND_TRUE,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { CanonicalText } from './canonical-text';
import { Line } from './line';

/** Equality of two values. If only the meaning of the values decides, the line is odd. */
export class Comparison {
  @inline static sameText(left: usize, right: usize): bool {
    const length = load<u32>(left, VALUE_LENGTH);
    const start: usize = load<u32>(left, VALUE_START);
    const otherLength = load<u32>(right, VALUE_LENGTH);
    const other: usize = load<u32>(right, VALUE_START);
    if (load<u32>(left, VALUE_KIND) != KIND_STRING || load<u32>(right, VALUE_KIND) != KIND_STRING)
      return Comparison.sameOthers(left, right);
    // The same bytes are the same text; different bytes may be too, if there is an escape.
    if (length == otherLength && Bytes.equal(start, other, length)) return true;
    if (Bytes.escaped(start, length) || Bytes.escaped(other, otherLength))
      return CanonicalText.same(left, right);
    return false;
  }

  /** Compares values that are not both text: two nothings are the same; any other kind is odd. */
  static sameOthers(left: usize, right: usize): bool {
    const kind = load<u32>(left, VALUE_KIND);
    const other = load<u32>(right, VALUE_KIND);
    if ((kind != KIND_STRING && kind != KIND_NOTHING) || (other != KIND_STRING && other != KIND_NOTHING))
      Line.odd = true;
    return kind == other;
  }

  @inline static sameBoolean(left: usize, right: usize): bool {
    const kind = load<u32>(left, VALUE_KIND);
    const other = load<u32>(right, VALUE_KIND);
    if (kind != KIND_TRUE && kind != KIND_FALSE) Line.odd = true;
    if (other != KIND_TRUE && other != KIND_FALSE) Line.odd = true;
    return kind == other;
  }
}
