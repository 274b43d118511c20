import {
  ARITHMETIC_DIV,
  ARITHMETIC_DIVIDED,
  ARITHMETIC_MINUS,
  ARITHMETIC_MOD,
  ARITHMETIC_TIMES,
} from '../src/program-format';
import { Decimals } from './decimals';
import { Line } from './line';
import { NumberText } from './number-text';

/** Quotients are rounded half up to as many digits. */
const QUOTIENT_DIGITS: u32 = 20;

/** Arithmetic on decimals. Numbers of more than 18 digits, or results of more, make the line odd. */
export class Arithmetic {
  /**
   * Puts the result on the stack. There is no result if an operand is missing (0), or for a division by zero.
   */
  static apply(operator: u32, left: usize, right: usize, at: u32): u32 {
    if (!left || !right) return 0;
    const a = Decimals.read(left);
    const scale = Decimals.scale;
    const b = Decimals.read(right);
    const otherScale = Decimals.scale;
    if (Line.odd) return 0;
    if (operator >= <u32>ARITHMETIC_DIVIDED && !b) return 0;
    if (operator == ARITHMETIC_TIMES) return Arithmetic.product(a, b, scale + otherScale, at);
    if (operator == ARITHMETIC_DIVIDED) return Arithmetic.quotient(a, b, scale - otherScale, at);
    const common = max(scale, otherScale);
    const x = Decimals.widened(a, common - scale);
    const y = Decimals.widened(b, common - otherScale);
    if (Line.odd) return 0;
    if (operator == ARITHMETIC_DIV) return NumberText.decimal(x / y, 0, at);
    if (operator == ARITHMETIC_MOD) return NumberText.decimal(x % y, common, at);
    return NumberText.decimal(operator == ARITHMETIC_MINUS ? x - y : x + y, common, at);
  }

  static negated(operand: usize, at: u32): u32 {
    if (!operand) return 0;
    const whole = Decimals.read(operand);
    return Line.odd ? 0 : NumberText.decimal(-whole, Decimals.scale, at);
  }

  static product(a: i64, b: i64, scale: i32, at: u32): u32 {
    if (a && abs(b) > i64.MAX_VALUE / abs(a)) {
      Line.odd = true;
      return 0;
    }
    return NumberText.decimal(a * b, scale, at);
  }

  /** Long division: a remainder is less than the divisor, and ten times as much still fits. */
  static quotient(a: i64, b: i64, scale: i32, at: u32): u32 {
    if (!a) return NumberText.decimal(0, 0, at);
    const divisor: u64 = abs(b);
    const whole = <u64>abs(a) / divisor;
    let rest = <u64>abs(a) % divisor;
    let exponent: i32 = -scale;
    NumberText.clear();
    if (whole) {
      NumberText.addWhole(whole);
      exponent += NumberText.count - 1;
    } else {
      do {
        rest *= 10;
        exponent--;
      } while (rest < divisor);
      NumberText.add(<u32>(rest / divisor));
      rest %= divisor;
    }
    while (rest && NumberText.count < QUOTIENT_DIGITS) {
      rest *= 10;
      NumberText.add(<u32>(rest / divisor));
      rest %= divisor;
    }
    if (rest && (rest * 10) / divisor >= 5 && NumberText.roundUp()) exponent++;
    return NumberText.result(a < 0 != b < 0, exponent, at);
  }
}
