/** A decimal as digits: `units / 10 ** places`. */
interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

/** A value of a search as literals of FHIRPath. */
export interface DecimalRange {
  readonly value: string;
  /** The numbers that round to the value in its precision are from `from` on, and below `to`. */
  readonly from: string;
  readonly to: string;
  /** A tenth less and a tenth more. */
  readonly low: string;
  readonly high: string;
}

/** More say nothing that a measurement has. */
const MOST_DIGITS = 30;

/** Reads `5.4`, `-100` or `1e-3`; undefined for other text. https://hl7.org/fhir/R4/search.html#number */
export function decimalRange(text: string): DecimalRange | undefined {
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] =
    /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text) ?? [];
  if (whole === '' || whole.length + fraction.length > MOST_DIGITS) return undefined;
  const units = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MOST_DIGITS) return undefined;
  const decimal = { units, places: fraction.length - exponent };
  const half = (by: bigint): Decimal => ({ units: units * 10n + by, places: decimal.places + 1 });
  const share = (tenths: bigint): Decimal => ({ units: units * tenths, places: decimal.places + 1 });
  const [low, high] = units < 0n ? [11n, 9n] : [9n, 11n];
  return {
    value: decimalText(decimal),
    from: decimalText(half(-5n)),
    to: decimalText(half(5n)),
    low: decimalText(share(low)),
    high: decimalText(share(high)),
  };
}

function decimalText({ units, places }: Decimal): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString();
  if (places <= 0) return `${sign}${digits}${'0'.repeat(-places)}`;
  const padded = digits.padStart(places + 1, '0');
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
