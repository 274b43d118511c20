import { Decimal } from 'decimal.js';
import type { JsonValue } from '../cell.js';
import { PathFault } from './faults.js';
import { describe, fromDecimal, isNumber, toDecimal } from './numbers.js';
import type { AnyNumber } from './numbers.js';

export type Side = 'low' | 'high';
export type BoundedType = 'decimal' | 'integer' | 'date' | 'dateTime' | 'time';

/** By FHIR's name of a type, as what its values are bounded. Others have no boundaries. */
export const boundedTypes: Readonly<Record<string, BoundedType | undefined>> = {
  decimal: 'decimal',
  integer: 'integer',
  positiveInt: 'integer',
  unsignedInt: 'integer',
  date: 'date',
  dateTime: 'dateTime',
  instant: 'dateTime',
  time: 'time',
};

/**
 * `lowBoundary` and `highBoundary`: the least or greatest value that what is written may stand for. Undefined,
 * which stands for empty, for a precision that the type does not have.
 *
 * @see https://hl7.org/fhirpath/N1/#lowboundaryprecision-integer-decimal--date--datetime--time
 */
export function boundary(
  side: Side,
  of: BoundedType,
  value: JsonValue,
  precision: number | undefined,
  at: number,
): AnyNumber | string | undefined {
  if (of === 'decimal' || of === 'integer') {
    if (!isNumber(value)) throw new PathFault(at, `bounds ${describe(value)}; expected a number`);
    return decimalBoundary(side, value, of === 'decimal' ? 1 : 0, precision ?? maxPlaces);
  }
  if (typeof value !== 'string') throw new PathFault(at, `bounds ${describe(value)}; expected a ${of}`);
  if (of === 'time') return timeBoundary(side, value, precision ?? 9);
  return momentBoundary(side, value, precision ?? (of === 'date' ? 8 : 17), of === 'date' ? 8 : 17);
}

/** FHIRPath decimals have at most eight places. */
const maxPlaces = 8;

/**
 * A decimal stands for everything that rounds to it: half a unit of its last place to either side. One without
 * a fraction is taken to have one place, because writers of JSON drop `.0`.
 */
function decimalBoundary(
  side: Side,
  value: AnyNumber,
  leastPlaces: number,
  precision: number,
): AnyNumber | undefined {
  if (precision < 0 || precision > maxPlaces) return undefined;
  const text = typeof value === 'number' ? String(value) : value.text;
  const places = Math.max(placesOf(text), leastPlaces);
  const halfUnit = new Decimal(10).pow(-places).times(0.5);
  const exact = side === 'low' ? toDecimal(value).minus(halfUnit) : toDecimal(value).plus(halfUnit);
  return fromDecimal(
    exact.toDecimalPlaces(precision, side === 'low' ? Decimal.ROUND_FLOOR : Decimal.ROUND_CEIL),
  );
}

function placesOf(text: string): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}

const momentPattern =
  /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d)?(?::(\d\d))?(?::(\d\d))?(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?)?$/;
const timePattern = /^T?(\d\d)(?::(\d\d))?(?::(\d\d))?(?:\.(\d+))?$/;

/** Digits of a moment up to and with each component: year 4, month 6, ..., milliseconds 17. */
const momentDigits = [4, 6, 8, 10, 12, 14, 17];

/** Without a zone, a moment may be anywhere between the zones that see a day first and last. */
const openZone: Record<Side, string> = { low: '+14:00', high: '-12:00' };

function momentBoundary(side: Side, text: string, precision: number, most: number): string | undefined {
  const match = momentPattern.exec(text);
  const last = momentDigits.indexOf(precision);
  if (match === null || last === -1 || precision > most) return undefined;
  const [, year = '', month, day, hour, minute, second, fraction, zone] = match;
  const fullMonth = month ?? (side === 'low' ? '01' : '12');
  const fullDay = day ?? (side === 'low' ? '01' : lastDay(Number(year), Number(fullMonth)));
  const parts = [
    year,
    `-${fullMonth}`,
    `-${fullDay}`,
    ...timeParts(side, hour, minute, second, fraction, 'T'),
  ];
  const shown = parts.slice(0, last + 1).join('');
  return precision > 8 ? shown + (zone ?? openZone[side]) : shown;
}

/** Digits of a time up to and with each component. */
const timeDigits = [2, 4, 6, 9];

function timeBoundary(side: Side, text: string, precision: number): string | undefined {
  const match = timePattern.exec(text);
  const last = timeDigits.indexOf(precision);
  if (match === null || last === -1) return undefined;
  const [, hour, minute, second, fraction] = match;
  return timeParts(side, hour, minute, second, fraction, '')
    .slice(0, last + 1)
    .join('');
}

function timeParts(
  side: Side,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
  prefix: string,
): readonly string[] {
  const isLow = side === 'low';
  const milliseconds = fraction?.padEnd(3, '0').slice(0, 3) ?? (isLow ? '000' : '999');
  return [
    prefix + (hour ?? (isLow ? '00' : '23')),
    `:${minute ?? (isLow ? '00' : '59')}`,
    `:${second ?? (isLow ? '00' : '59')}`,
    `.${milliseconds}`,
  ];
}

function lastDay(year: number, month: number): string {
  const end = new Date(0);
  end.setUTCFullYear(year, month, 0);
  return String(end.getUTCDate()).padStart(2, '0');
}
