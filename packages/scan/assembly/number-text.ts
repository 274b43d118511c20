import { KIND_NUMBER } from '../src/program-format';
import { Arena } from './capture-arena';
import { MINUS, PLUS, POINT, ZERO } from './chars';
import { Results } from './results';

/** No number that is written here has more digits. */
const MOST_DIGITS: u32 = 24;
const digits: usize = memory.data(32, 16);
/** The longest form: a sign, `0.000000`, and the digits. */
const MOST_LENGTH: u32 = 40;

/**
 * Numbers in their shortest form, as JavaScript prints them.
 *
 * https://tc39.es/ecma262/#sec-numeric-types-number-tostring
 */
export class NumberText {
  static count: u32 = 0;

  @inline static clear(): void {
    NumberText.count = 0;
  }

  @inline static add(digit: u32): void {
    if (NumberText.count < MOST_DIGITS) store<u8>(digits + NumberText.count++, digit);
  }

  /** Adds the digits of a whole number. */
  static addWhole(whole: u64): void {
    const from = NumberText.count;
    do {
      NumberText.add(<u32>(whole % 10));
      whole /= 10;
    } while (whole);
    for (let low = digits + from, high = digits + NumberText.count - 1; low < high; low++, high--) {
      const digit = load<u8>(low);
      store<u8>(low, load<u8>(high));
      store<u8>(high, digit);
    }
  }

  /** Counts the last digit up; true when all were nines, so that there is one digit more before them. */
  static roundUp(): bool {
    for (let p = digits + NumberText.count - 1; p >= digits; p--) {
      const digit: u32 = load<u8>(p);
      if (digit < 9) {
        store<u8>(p, digit + 1);
        return false;
      }
      store<u8>(p, 0);
    }
    store<u8>(digits, 1);
    return true;
  }

  /** Puts a number on the stack: a whole number whose last `scale` digits are the fraction. */
  static decimal(whole: i64, scale: i32, at: u32): u32 {
    NumberText.clear();
    NumberText.addWhole(abs(whole));
    return NumberText.result(whole < 0, <i32>NumberText.count - 1 - scale, at);
  }

  /** Puts the number with the digits that were added; the first one counts 10 to the `exponent`. */
  static result(isNegative: bool, exponent: i32, at: u32): u32 {
    let count = NumberText.count;
    while (count && !load<u8>(digits + count - 1)) count--;
    const start = Arena.text(MOST_LENGTH);
    if (!start) return 0;
    let target = start;
    if (isNegative && count) store<u8>(target++, MINUS);
    if (!count) store<u8>(target++, ZERO);
    else if (exponent < -6 || exponent > 20) target = NumberText.scientific(target, count, exponent);
    else target = NumberText.plain(target, count, exponent);
    Arena.textNext = target;
    return Results.one(Arena.make(start, <u32>(target - start), KIND_NUMBER), at);
  }

  static plain(target: usize, count: u32, exponent: i32): usize {
    if (exponent < 0) {
      store<u8>(target++, ZERO);
      store<u8>(target++, POINT);
      for (let zeros = -1 - exponent; zeros; zeros--) store<u8>(target++, ZERO);
    }
    for (let i: u32 = 0; i < count; i++) {
      store<u8>(target++, ZERO + load<u8>(digits + i));
      if (<i32>i == exponent && i + 1 < count) store<u8>(target++, POINT);
    }
    for (let i: i32 = count; i <= exponent; i++) store<u8>(target++, ZERO);
    return target;
  }

  static scientific(target: usize, count: u32, exponent: i32): usize {
    for (let i: u32 = 0; i < count; i++) {
      store<u8>(target++, ZERO + load<u8>(digits + i));
      if (!i && count > 1) store<u8>(target++, POINT);
    }
    store<u8>(target++, 0x65);
    store<u8>(target++, exponent < 0 ? MINUS : PLUS);
    let size: u32 = abs(exponent);
    let unit: u32 = 10000;
    while (unit > size) unit /= 10;
    for (; unit; unit /= 10) {
      store<u8>(target++, ZERO + size / unit);
      size %= unit;
    }
    return target;
  }
}
