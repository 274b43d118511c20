import { KIND_NUMBER, VALUE_KIND, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { MINUS, POINT, ZERO } from './chars';
import { Line } from './line';

const powers: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
  1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
  1000000000000000000,
]);
/** Digits that a number may have: one with more makes the line odd, as does one that is far from 1. */
const MOST_DIGITS: u32 = 18;
const MOST: i64 = 1000000000000000000;
const MOST_EXPONENT: i32 = 9999;

/** Decimal numbers as a whole number and how many of its digits are the fraction. */
export class Decimals {
  /** Digits of the fraction of the number that was read last; less than 0 when it ends with zeros that are not written. */
  static scale: i32 = 0;

  /** The whole number, less than 10 to the 18th. A value that cannot be read makes the line odd. */
  static read(value: usize): i64 {
    let p: usize = load<u32>(value, VALUE_START);
    const end = p + load<u32>(value, VALUE_LENGTH);
    if (load<u32>(value, VALUE_KIND) != KIND_NUMBER) Line.odd = true;
    const isNegative = load<u8>(p) == MINUS;
    if (isNegative) p++;
    let whole: i64 = 0;
    let scale: i32 = 0;
    let inFraction = false;
    for (; p < end; p++) {
      const char: u32 = load<u8>(p);
      if (char == POINT) {
        inFraction = true;
        continue;
      }
      if (char - ZERO > 9) break;
      if (whole >= MOST / 10) Line.odd = true;
      else whole = whole * 10 + (char - ZERO);
      if (inFraction) scale++;
    }
    Decimals.scale = scale - (p < end ? Decimals.exponent(p + 1, end) : 0);
    return isNegative ? -whole : whole;
  }

  static exponent(p: usize, end: usize): i32 {
    const sign: u32 = load<u8>(p);
    if (sign - ZERO > 9) p++;
    let exponent: i32 = 0;
    for (; p < end; p++) {
      exponent = exponent * 10 + load<u8>(p) - ZERO;
      if (exponent > MOST_EXPONENT) {
        Line.odd = true;
        return 0;
      }
    }
    return sign == MINUS ? -exponent : exponent;
  }

  @inline static power(exponent: u32): i64 {
    return load<i64>(powers + ((<usize>exponent) << 3));
  }

  /** The whole number with this many more zeros; if it gets too large, the line is odd. */
  static widened(whole: i64, zeros: u32): i64 {
    if (!whole) return 0;
    if (zeros > MOST_DIGITS || abs(whole) > MOST / Decimals.power(zeros)) {
      Line.odd = true;
      return 0;
    }
    return whole * Decimals.power(zeros);
  }

  @inline static digitCount(whole: u64): i32 {
    let count: i32 = 1;
    while (count <= <i32>MOST_DIGITS && whole >= <u64>Decimals.power(count)) count++;
    return count;
  }

  /** The order of two numbers, exponents or not. */
  static order(left: usize, right: usize): i32 {
    let a = Decimals.read(left);
    const scale = Decimals.scale;
    let b = Decimals.read(right);
    const otherScale = Decimals.scale;
    if (Line.odd) return 0;
    if (!a || !b || a < 0 != b < 0) return a < b ? -1 : a > b ? 1 : 0;
    const count = Decimals.digitCount(abs(a));
    const otherCount = Decimals.digitCount(abs(b));
    const size = count - scale - (otherCount - otherScale);
    if (size) return size < 0 == a < 0 ? 1 : -1;
    // Numbers of the same size: as many digits for both make their order that of the digits.
    if (count < otherCount) a = Decimals.widened(a, otherCount - count);
    else b = Decimals.widened(b, count - otherCount);
    return a < b ? -1 : a > b ? 1 : 0;
  }
}
