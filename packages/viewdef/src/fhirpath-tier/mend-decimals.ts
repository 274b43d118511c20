import type { DecimalNumber, DecimalValue, InternalTypes, Quantity } from './internal-types.js';

/** Factors of units are binary numbers, which are exact to as many digits. */
const DIGITS_OF_FACTORS = 15;

/**
 * Gives the decimals of fhirpath.js what the other tiers do: the negative of `1.50` is `-1.50`, no number equals a date, and
 * numbers that differ in any digit are not equal, where the library looks at eight places: 0.000000001 mol is not 0. What
 * is no number, such as the logarithm of 0, is nothing.
 */
export function mendDecimals({ FP_Decimal_Precise: Decimal, FP_Quantity, FP_TimeBase }: InternalTypes): void {
  const { negate, equals, compare, exp, ln, log, power } = Decimal.prototype;
  let isConverted = false;

  /** One of them was converted from another unit, or both are as they were written. */
  function inOrder(left: DecimalNumber, right: DecimalNumber): number {
    if (!isConverted) return left.comparedTo(right);
    return left
      .toSignificantDigits(DIGITS_OF_FACTORS)
      .comparedTo(right.toSignificantDigits(DIGITS_OF_FACTORS));
  }

  function numberOf(other: unknown): DecimalNumber | undefined {
    if (other instanceof Decimal) return other.value;
    return typeof other === 'number' || typeof other === 'bigint' ? new Decimal(other).value : undefined;
  }

  function finite(calculate: (this: DecimalValue, by?: unknown) => DecimalValue | null) {
    return function (this: DecimalValue, by?: unknown): DecimalValue | null {
      const result = calculate.call(this, by);
      return result?.value.isFinite() === true ? result : null;
    };
  }

  Object.assign(Decimal.prototype, {
    negate(this: DecimalValue) {
      const text = this.asStr.trim().replace(/^\+/, '');
      if (this.value.isZero()) return negate.call(this);
      return new Decimal(text.startsWith('-') ? text.slice(1) : `-${text}`);
    },
    equals(this: DecimalValue, other: unknown) {
      if (other instanceof FP_TimeBase) return false;
      const number = numberOf(other);
      return number === undefined ? equals.call(this, other) : inOrder(this.value, number) === 0;
    },
    compare(this: DecimalValue, other: unknown) {
      const number = numberOf(other);
      return number === undefined ? compare.call(this, other) : inOrder(this.value, number);
    },
    exp: finite(exp),
    ln: finite(ln),
    log: finite(log),
    power: finite(power),
  } satisfies Partial<DecimalValue>);

  function converting<Result>(compareTo: (this: Quantity, other: unknown) => Result) {
    return function (this: Quantity, other: unknown): Result {
      isConverted = !(other instanceof FP_Quantity) || other.unit !== this.unit;
      try {
        return compareTo.call(this, other);
      } finally {
        isConverted = false;
      }
    };
  }

  Object.assign(FP_Quantity.prototype, {
    equals: converting(FP_Quantity.prototype.equals),
    compare: converting(FP_Quantity.prototype.compare),
  });
}
