import { daysInMonth } from '@millrace/fhir';
import { Decimal } from 'decimal.js';
import type { JsonValue } from '../cell.js';
import { PathFault } from './faults.js';
import { addToMoment, addToTime } from './durations.js';
import type { Duration } from '../ir/expression.js';
import { readMoment, readTime, twoDigits } from './moments.js';
import type { Moment } from './moments.js';
import { kindOfValue, fromDecimal, isNumber } from './numbers.js';
import type { AnyNumber } from './numbers.js';

export type Side = 'low' | 'high';
export type BoundedType = 'decimal' | 'integer' | 'date' | 'dateTime' | 'time';

/** How the values of a type are bounded, by FHIR's name of the type. Other types have no boundaries. */
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
 * The specification says that the result has the greatest precision of the type, "at least 8 for Decimal, 17 for DateTime
 * and 9 for Time", when none is asked for. So a value that is finer keeps all its digits, and the result is never on the
 * wrong side of it. Where a precision is asked for that has fewer digits of a decimal or of the seconds, which are a decimal
 * too, the result is rounded outwards; larger components, of which a partial value says nothing, are cut off.
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
    if (!isNumber(value)) throw new PathFault(at, `bounds ${kindOfValue(value)}; expected a number`);
    return decimalBoundary(side, value, of === 'decimal' ? 1 : 0, precision);
  }
  if (typeof value !== 'string') throw new PathFault(at, `bounds ${kindOfValue(value)}; expected a ${of}`);
  return of === 'time' ? timeBoundary(side, value, precision) : momentBoundary(side, value, precision, of);
}

/** FHIRPath decimals need not have more places than these. */
const maxPlaces = 8;

/** Far from 1 a number has more digits than there is room for: then the last one is rounded outwards. */
const exact: Record<Side, typeof Decimal> = {
  low: Decimal.clone({ precision: 60, rounding: Decimal.ROUND_FLOOR, defaults: true }),
  high: Decimal.clone({ precision: 60, rounding: Decimal.ROUND_CEIL, defaults: true }),
};

/**
 * A decimal stands for everything that rounds to it: half a unit of its last place to either side. One without
 * a fraction is taken to have one place, because writers of JSON drop `.0`.
 */
function decimalBoundary(
  side: Side,
  value: AnyNumber,
  leastPlaces: number,
  precision: number | undefined,
): AnyNumber | undefined {
  if (precision !== undefined && (precision < 0 || precision > maxPlaces)) return undefined;
  const text = typeof value === 'number' ? String(value) : value.text;
  const places = Math.max(placesOf(text), leastPlaces);
  const halfUnit = new Decimal(`5e-${String(places + 1)}`);
  const middle = new exact[side](text);
  const bound = side === 'low' ? middle.minus(halfUnit) : middle.plus(halfUnit);
  if (precision === undefined) return fromDecimal(bound);
  return fromDecimal(
    bound.toDecimalPlaces(precision, side === 'low' ? Decimal.ROUND_FLOOR : Decimal.ROUND_CEIL),
  );
}

function placesOf(text: string): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}

/** Without a zone, a moment may be anywhere between the zones that see a day first and last. */
const openZone: Record<Side, string> = { low: '+14:00', high: '-12:00' };

function momentBoundary(
  side: Side,
  text: string,
  precision: number | undefined,
  of: 'date' | 'dateTime',
): string | undefined {
  const moment = readMoment(text);
  const shown = shownOf(moment, precision ?? (of === 'date' ? 8 : undefined), momentDigits);
  if (moment === undefined || shown === undefined || (of === 'date' && shown.components > 3))
    return undefined;
  const isLow = side === 'low';
  const [year = 0, month = isLow ? 1 : 12] = moment.parts;
  const day = moment.parts[2] ?? (isLow ? 1 : daysInMonth(year, month));
  const date = [String(year).padStart(4, '0'), twoDigits(month), twoDigits(day)];
  const written = date.slice(0, shown.components).join('-');
  if (shown.components <= 3) return written;
  const time = { ...moment, parts: moment.parts.slice(3) };
  const clock = clockOf(side, time, { ...shown, components: shown.components - 3 });
  const bound = `${written}T${clock}${moment.zone?.text ?? openZone[side]}`;
  return isAbove(side, time, shown) ? addToMoment(bound, lastOf(shown)) : bound;
}

function timeBoundary(side: Side, text: string, precision: number | undefined): string | undefined {
  const time = readTime(text);
  const shown = shownOf(time, precision, timeDigits);
  if (time === undefined || shown === undefined) return undefined;
  const clock = clockOf(side, time, shown);
  if (!isAbove(side, time, shown)) return clock;
  // There is no time after the last time of the day.
  const next = addToTime(clock, lastOf(shown));
  return next !== undefined && next > clock ? next : undefined;
}

/** How many components a boundary shows, and how many digits of a second, if it shows seconds. */
interface Shown {
  readonly components: number;
  readonly places: number | undefined;
}

/** Digits of a moment, and of a time, up to and with each component. */
const momentDigits = [4, 6, 8, 10, 12, 14];
const timeDigits = [2, 4, 6];
const placesOfMilliseconds = 3;

/** Without a precision, all digits of the bounded value, and milliseconds at least. */
function shownOf(
  moment: Moment | undefined,
  precision: number | undefined,
  digits: readonly number[],
): Shown | undefined {
  const components = digits.length;
  const finest = (digits.at(-1) ?? 0) + placesOfMilliseconds;
  if (precision === undefined) {
    return { components, places: Math.max(placesOfMilliseconds, moment?.fraction.length ?? 0) };
  }
  if (precision === finest) return { components, places: placesOfMilliseconds };
  const last = digits.indexOf(precision);
  if (last === -1) return undefined;
  return { components: last + 1, places: last + 1 === components ? 0 : undefined };
}

function clockOf(side: Side, { parts, second, fraction }: Moment, { components, places }: Shown): string {
  const isLow = side === 'low';
  const [hour = isLow ? 0 : 23, minute = isLow ? 0 : 59] = parts;
  const clock = [hour, minute, second ?? (isLow ? 0 : 59)].slice(0, components).map(twoDigits).join(':');
  if (places === undefined || places === 0) return clock;
  return `${clock}.${fraction.slice(0, places).padEnd(places, fraction === '' && !isLow ? '9' : '0')}`;
}

/**
 * Whether digits of a second were cut off that are not zero, so that the value is above the shortened one.
 */
function isAbove(side: Side, { fraction }: Moment, { places }: Shown): boolean {
  return side === 'high' && places !== undefined && /[1-9]/.test(fraction.slice(places));
}

/** One of the last unit that a boundary shows. */
function lastOf({ places = 0 }: Shown): Duration {
  return { unit: 'second', digits: 1n, places };
}
