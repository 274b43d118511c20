import type { DecimalValue, InternalTypes } from './internal-types.js';

/**
 * Gives the decimals of fhirpath.js what the other tiers do: the negative of `1.50` is `-1.50`, and no number equals a date.
 */
export function mendDecimals({ FP_Decimal_Precise: Decimal, FP_TimeBase }: InternalTypes): void {
  const { negate, equals } = Decimal.prototype;
  Object.assign(Decimal.prototype, {
    negate(this: DecimalValue) {
      const text = this.asStr.trim().replace(/^\+/, '');
      if (this.value.isZero()) return negate.call(this);
      return new Decimal(text.startsWith('-') ? text.slice(1) : `-${text}`);
    },
    equals(this: DecimalValue, other: unknown) {
      return other instanceof FP_TimeBase ? false : equals.call(this, other);
    },
  } satisfies Partial<DecimalValue>);
}
