import { createRequire } from 'node:module';

/**
 * Internal classes of fhirpath.js 5.2.0 for dates, times and quantities, which it does not export. Their
 * shape differs between versions: only the files that mend it may know them.
 */
export interface InternalTypes {
  readonly FP_TimeBase: TypeOf<TimeValue>;
  readonly FP_DateTime: TimeClass;
  readonly FP_Date: TimeClass;
  readonly FP_Instant: TimeClass;
  readonly FP_Time: TimeClass;
  readonly FP_Quantity: {
    new (context: unknown, value: DecimalValue, unit: string): Quantity;
    readonly prototype: Quantity;
  };
  readonly FP_Decimal_Precise: {
    new (value: string | number | bigint): DecimalValue;
    readonly prototype: DecimalValue;
  };
  readonly ucumUtils: {
    getSpecifiedUnit(code: string): { readonly unit: object | null };
  };
  readonly TypeInfo: {
    /** By FHIR's type of an element, the class that makes a value of the text in the data. */
    readonly typeToClassWithCheckString: Record<string, Pick<TimeClass, 'checkString'>>;
  };
}

type TypeOf<Value> = (abstract new (...parts: never[]) => Value) & { readonly prototype: Value };

/** A date, dateTime, instant or time. */
export interface TimeValue {
  /** The text that it was made of. */
  asStr: string;
  readonly ctx: unknown;
  /** Null stands for empty. */
  plus(quantity: unknown): TimeValue | null;
  equals(other: unknown): boolean | undefined;
  equivalentTo(other: unknown): boolean;
  /** Negative, 0 or positive; null stands for empty. */
  compare(other: unknown): number | null;
  toString(): string;
  toJSON(): string;
}

export interface TimeClass {
  new (context: unknown, text: string): TimeValue;
  /** Null for text that is not such a value. */
  checkString(context: unknown, text: unknown): TimeValue | null;
}

export interface DecimalValue {
  /** The text that it was made of. */
  readonly asStr: string;
  readonly value: DecimalNumber;
  negate(): DecimalValue;
  equals(other: unknown): boolean | undefined;
  /** Negative, 0 or positive; null stands for empty. */
  compare(other: unknown): number | null;
  isInteger(): boolean;
  exp(): DecimalValue | null;
  ln(): DecimalValue | null;
  log(base: unknown): DecimalValue | null;
  power(exponent: unknown): DecimalValue | null;
}

export interface Quantity {
  readonly value: Pick<DecimalValue, 'value'>;
  readonly unit: string;
  /** Of a Quantity in the data: the calendar word that its UCUM code stands for. */
  readonly _fhirQuantityInfo: { readonly calendarUnit?: string } | null;
  equals(other: unknown): boolean | undefined;
  compare(other: unknown): number | null;
}

/** The part of a number of decimal.js that is looked at. */
export interface DecimalNumber {
  readonly e: number;
  isZero(): boolean;
  isFinite(): boolean;
  comparedTo(other: DecimalNumber): number;
  toSignificantDigits(digits: number): DecimalNumber;
  dp(): number;
  /** Without the places that the number was written with: of 1.00 it is 1. */
  toString(): string;
  toFixed(): string;
}

const require = createRequire(import.meta.url);
let types: InternalTypes | undefined;

export function internalTypes(): InternalTypes {
  types ??= require('fhirpath/src/types.js') as InternalTypes; // the version is pinned, and tests reach each part
  return types;
}
