import { Decimal } from 'decimal.js';
import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';
import type { Arithmetic } from '../ir/expression.js';
import { numberOf } from '../json/exact-parser.js';
import { PathFault } from './faults.js';

/**
 * Sums and products keep up to 60 significant digits, so that those of any sensible numbers are exact; the bound
 * keeps `1e999999 + 1` from filling the memory.
 */
const Exact = Decimal.clone({ precision: 60, toExpNeg: -7, toExpPos: 21, defaults: true });

/** Quotients rarely end: they are rounded half up to 20 significant digits. */
const quotientDigits = 20;

export type AnyNumber = number | NumberText;

export function isNumber(value: unknown): value is AnyNumber {
  return typeof value === 'number' || value instanceof NumberText;
}

export function toDecimal(value: AnyNumber): Decimal {
  return new Exact(typeof value === 'number' ? value : value.text);
}

/** The shortest form of a decimal, as JavaScript prints numbers; plain if a JavaScript number can hold it. */
export function fromDecimal(value: Decimal): AnyNumber {
  return numberOf(value.toString());
}

/**
 * Order of two numbers by value: negative, 0 or positive. Two numbers that print back the same are in the order
 * of their decimals, so no decimal is made of them.
 */
export function compareNumbers(left: AnyNumber, right: AnyNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return toDecimal(left).comparedTo(toDecimal(right));
}

/** Equality of JSON values: numbers are equal by value, all else when it is the same. */
export function equalNumbers(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (!isNumber(left) || !isNumber(right)) return false;
  return compareNumbers(left, right) === 0;
}

/** Undefined, which stands for empty, when dividing by zero. */
export function calculate(
  operator: Arithmetic,
  left: JsonValue,
  right: JsonValue,
  at: number,
): AnyNumber | undefined {
  if (!isNumber(left) || !isNumber(right)) {
    throw new PathFault(
      at,
      `calculates with ${kindOfValue(isNumber(left) ? right : left)}; expected a number`,
    );
  }
  if (typeof left === 'number' && typeof right === 'number') {
    const whole = wholeResult(operator, left, right);
    if (whole !== undefined) return whole;
  }
  const a = toDecimal(left);
  const b = toDecimal(right);
  if (b.isZero() && (operator === '/' || operator === 'div' || operator === 'mod')) return undefined;
  return fromDecimal(apply(operator, a, b));
}

export function negate(value: JsonValue, at: number): AnyNumber {
  if (!isNumber(value)) throw new PathFault(at, `negates ${kindOfValue(value)}; expected a number`);
  return fromDecimal(toDecimal(value).negated());
}

/** Takes zeros from the end of digits; `most` of them at most. */
export function withoutLastZeros(digits: string, most = digits.length): string {
  let end = digits.length;
  while (end > digits.length - most && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/** The kind of a value. The value itself is not shown, because it may be about a person. */
export function kindOfValue(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isNumber(value)) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Sums of whole numbers need no decimals as long as they are exact. */
function wholeResult(operator: Arithmetic, left: number, right: number): number | undefined {
  if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right)) return undefined;
  const result =
    operator === '+' ? left + right : operator === '-' ? left - right : operator === '*' ? left * right : 0.5;
  return Number.isSafeInteger(result) && !Object.is(result, -0) ? result : undefined;
}

function apply(operator: Arithmetic, left: Decimal, right: Decimal): Decimal {
  switch (operator) {
    case '+':
      return left.plus(right);
    case '-':
      return left.minus(right);
    case '*':
      return left.times(right);
    case '/':
      return left.dividedBy(right).toSignificantDigits(quotientDigits, Decimal.ROUND_HALF_UP);
    case 'div':
      return left.dividedToIntegerBy(right);
    case 'mod':
      return left.modulo(right);
    default:
      return operator satisfies never;
  }
}
