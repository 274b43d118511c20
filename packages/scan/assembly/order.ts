import {
  KIND_NUMBER,
  KIND_STRING,
  ORDER_GREATER,
  ORDER_GREATER_OR_EQUAL,
  ORDER_LESS,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { Calendar } from './calendar';
import { MINUS, POINT, ZERO } from './chars';
import { Decimals } from './decimals';
import { Line } from './line';
import { Moments, UNDECIDED } from './moments';
import { Scalars } from './scalars';
import { TextUnits } from './text-units';

/** Four zeros. */
const YEAR_0: u32 = 0x30303030;

/** The order of two values: negative, 0 or positive. Values that it cannot order make the line odd. */
export class Order {
  @inline static meets(order: i32, operator: u32): bool {
    if (operator == ORDER_LESS) return order < 0;
    if (operator == ORDER_GREATER) return order > 0;
    return operator == ORDER_GREATER_OR_EQUAL ? order >= 0 : order <= 0;
  }

  /** The bytes of UTF-8 are in the order of the characters. */
  static ofTexts(left: usize, right: usize): i32 {
    const a: usize = load<u32>(left, VALUE_START);
    const b: usize = load<u32>(right, VALUE_START);
    const length = load<u32>(left, VALUE_LENGTH);
    const other = load<u32>(right, VALUE_LENGTH);
    if (load<u32>(left, VALUE_KIND) != KIND_STRING || load<u32>(right, VALUE_KIND) != KIND_STRING)
      Line.odd = true;
    if (Bytes.escaped(a, length) || Bytes.escaped(b, other)) return TextUnits.order(left, right);
    const order = Order.ofBytes(a, b, min(length, other));
    return order || length == other ? order : length < other ? -1 : 1;
  }

  /** Decimals by their digits. */
  static ofNumbers(left: usize, right: usize): i32 {
    if (Order.hasExponent(left) || Order.hasExponent(right)) return Decimals.order(left, right);
    if (load<u32>(left, VALUE_KIND) != KIND_NUMBER || load<u32>(right, VALUE_KIND) != KIND_NUMBER)
      Line.odd = true;
    let a: usize = load<u32>(left, VALUE_START);
    let b: usize = load<u32>(right, VALUE_START);
    const aEnd = a + load<u32>(left, VALUE_LENGTH);
    const bEnd = b + load<u32>(right, VALUE_LENGTH);
    const aNegative = load<u8>(a) == MINUS;
    const bNegative = load<u8>(b) == MINUS;
    if (aNegative) a++;
    if (bNegative) b++;
    const aZero = Order.isZero(a, aEnd);
    const bZero = Order.isZero(b, bEnd);
    if (aZero && bZero) return 0;
    if (aZero) return bNegative ? 1 : -1;
    if (bZero) return aNegative ? -1 : 1;
    if (aNegative != bNegative) return aNegative ? -1 : 1;
    const size = Order.ofSizes(a, aEnd, b, bEnd);
    return aNegative ? -size : size;
  }

  static hasExponent(value: usize): bool {
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    for (let i: u32 = 1; i < length; i++) {
      if ((<u32>load<u8>(start + i) | 0x20) == 0x65) return true;
    }
    return false;
  }

  /** Whether all digits are 0. Characters other than digits and a point make the line odd. */
  static isZero(start: usize, end: usize): bool {
    let isZero = true;
    for (let p = start; p < end; p++) {
      const char: u32 = load<u8>(p);
      if (char == POINT) continue;
      if (char - ZERO > 9) Line.odd = true;
      if (char != ZERO) isZero = false;
    }
    return isZero;
  }

  /** Whole parts have no leading zeros: the longer is the larger. A fraction goes on with zeros. */
  static ofSizes(a: usize, aEnd: usize, b: usize, bEnd: usize): i32 {
    const aPoint = Scalars.digits(a, aEnd);
    const bPoint = Scalars.digits(b, bEnd);
    if (aPoint - a != bPoint - b) return aPoint - a < bPoint - b ? -1 : 1;
    while (a < aEnd || b < bEnd) {
      const x: u32 = a < aEnd ? load<u8>(a) : ZERO;
      const y: u32 = b < bEnd ? load<u8>(b) : ZERO;
      // One may have a point where the other one ends.
      if (x != y && x != POINT && y != POINT) return x < y ? -1 : 1;
      a++;
      b++;
    }
    return 0;
  }

  /** Of dates of four, seven or ten characters the components that both have decide. */
  static ofMoments(left: usize, right: usize): i32 {
    if (!Order.isDate(left) || !Order.isDate(right)) return Moments.order(left, right, false);
    const length = load<u32>(left, VALUE_LENGTH);
    const other = load<u32>(right, VALUE_LENGTH);
    const order = Order.ofBytes(
      load<u32>(left, VALUE_START),
      load<u32>(right, VALUE_START),
      min(length, other),
    );
    return order == 0 && length != other ? UNDECIDED : order;
  }

  static isDate(value: usize): bool {
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) return false;
    if (length != 4 && length != 7 && length != 10) return false;
    for (let i: u32 = 0; i < length; i++) {
      const char: u32 = load<u8>(start + i);
      if (i == 4 || i == 7 ? char != MINUS : char - ZERO > 9) return false;
    }
    if (load<u32>(start) == YEAR_0) return false;
    if (length == 4) return true;
    const month = Order.pair(start + 5);
    if (month - 1 > 11) return false;
    if (length == 7) return true;
    const day = Order.pair(start + 8);
    // Every month has 28 days.
    if (day - 1 < 28) return true;
    const year = 100 * Order.pair(start) + Order.pair(start + 2);
    return day > 0 && <i64>day <= Calendar.lastDay(year, month);
  }

  /** The number of two digits. */
  @inline static pair(at: usize): u32 {
    return 10 * (<u32>load<u8>(at) - ZERO) + (<u32>load<u8>(at, 1) - ZERO);
  }

  static ofBytes(a: usize, b: usize, length: u32): i32 {
    for (let i: u32 = 0; i < length; i++) {
      const x: u32 = load<u8>(a + i);
      const y: u32 = load<u8>(b + i);
      if (x != y) return x < y ? -1 : 1;
    }
    return 0;
  }
}
