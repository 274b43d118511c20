import { daysInMonth } from '@millrace/fhir';
import type { JsonValue } from '../cell.js';
import type { Duration } from '../ir/expression.js';
import { dayNumber, dayOf } from './calendar.js';
import type { CalendarDay } from './calendar.js';
import { PathFault } from './faults.js';
import { readMoment, readTime, twoDigits } from './moments.js';
import type { Moment } from './moments.js';
import { kindOfValue, withoutLastZeros } from './numbers.js';

/** Units of time-valued quantities. */
export type TimeUnit = Duration['unit'] | 'millisecond';

/** The largest first. */
const units: readonly TimeUnit[] = [
  'year',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
];

/** Units that a time does not have. */
export const unitsOfDays: ReadonlySet<TimeUnit> = new Set<TimeUnit>(['year', 'month', 'week', 'day']);

/** By FHIRPath's names: calendar words, and UCUM codes of definite durations in quotes. */
export const timeUnits: ReadonlyMap<string, TimeUnit> = new Map<string, TimeUnit>([
  ...units.flatMap((unit) => [[unit, unit] as const, [`${unit}s`, unit] as const]),
  ["'wk'", 'week'],
  ["'d'", 'day'],
  ["'h'", 'hour'],
  ["'min'", 'minute'],
  ["'s'", 'second'],
  ["'ms'", 'millisecond'],
]);

/** Durations with more digits before the point are beyond all years. */
const mostDigits = 20;

/**
 * @param amount a decimal number without exponent
 * @returns undefined for a duration that is longer than all years
 */
export function durationOf(amount: string, unit: TimeUnit): Duration | undefined {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  if (whole === '' || whole.length > mostDigits) return undefined;
  if (unit !== 'second' && unit !== 'millisecond') return { unit, digits: BigInt(sign + whole), places: 0 };
  // Zeros at the end of the fraction are not digits that a result has to have.
  const places = decimals.length + (unit === 'millisecond' ? 3 : 0);
  const digits = withoutLastZeros(whole + decimals, places);
  const zeros = whole.length + decimals.length - digits.length;
  return { unit: 'second', digits: BigInt(sign + (digits || '0')), places: places - zeros };
}

/** A value of the data and a duration. @throws PathFault for a value that is not text */
export function addDuration(
  value: JsonValue,
  of: 'moment' | 'time',
  duration: Duration,
  at: number,
): string | undefined {
  if (typeof value !== 'string') {
    throw new PathFault(
      at,
      `adds a duration to ${kindOfValue(value)}; expected a ${of === 'time' ? of : 'date'}`,
    );
  }
  return of === 'time' ? addToTime(value, duration) : addToMoment(value, duration);
}

/**
 * A date, dateTime or instant and a duration: what is written has the same components, the same zone and at
 * least as many digits of a second. Undefined, which stands for empty, for text that is not a moment and
 * beyond the years 1 to 9999.
 *
 * A unit that is smaller than the last component is converted to that, and
 * what is left over is cut off. In a month that is too short for the day, the result is its last day.
 *
 * @see https://hl7.org/fhirpath/#datetime-arithmetic
 */
export function addToMoment(text: string, duration: Duration): string | undefined {
  const moment = readMoment(text);
  if (moment === undefined) return undefined;
  const added = converted(duration, lastUnit(moment, ['year', 'month', 'day', 'hour', 'minute']));
  const [year = 0, month = 1, day = 1, ...time] = moment.parts;
  const date = { year, month, day };
  switch (added.unit) {
    case 'year':
      return written(moment, withMonths(date, 12 * Number(added.digits)));
    case 'month':
      return written(moment, withMonths(date, Number(added.digits)));
    case 'week':
    case 'day': {
      const days = Number(added.digits) * (added.unit === 'week' ? 7 : 1);
      return written(moment, dayOf(dayNumber(date) + days));
    }
    default: {
      const { days, clock } = clockAfter({ ...moment, parts: time }, added);
      return written(moment, dayOf(dayNumber(date) + days), clock);
    }
  }
}

/**
 * A time and a duration of hours or smaller units, on a clock that begins again after 24 hours. Undefined, which stands for
 * empty, for text that is not a time.
 */
export function addToTime(text: string, duration: Duration): string | undefined {
  const time = readTime(text);
  return time && clockAfter(time, converted(duration, lastUnit(time, ['hour', 'minute']))).clock;
}

const SECONDS_OF_DAY = 86_400n;

/** As units are converted: a month has 30 days, and a year 365, but also 12 months. */
const secondsOf: Readonly<Record<Duration['unit'], bigint>> = {
  year: 365n * SECONDS_OF_DAY,
  month: 30n * SECONDS_OF_DAY,
  week: 7n * SECONDS_OF_DAY,
  day: SECONDS_OF_DAY,
  hour: 3600n,
  minute: 60n,
  second: 1n,
};

function lastUnit({ parts, second }: Moment, ofParts: readonly Duration['unit'][]): Duration['unit'] {
  return second === undefined ? (ofParts[parts.length - 1] ?? 'minute') : 'second';
}

/** The duration in units that the last component, or one before it, can count. */
function converted(added: Duration, last: Duration['unit']): Duration {
  if (units.indexOf(added.unit) <= units.indexOf(last)) return added;
  const isYears = added.unit === 'month' && last === 'year';
  const [from, to] = isYears ? [1n, 12n] : [secondsOf[added.unit], secondsOf[last]];
  return { unit: last, digits: (added.digits * from) / (to * 10n ** BigInt(added.places)), places: 0 };
}

function withMonths({ year, month, day }: CalendarDay, added: number): CalendarDay {
  const months = year * 12 + month - 1 + added;
  const to = { year: Math.floor(months / 12), month: (((months % 12) + 12) % 12) + 1 };
  return { ...to, day: Math.min(day, daysInMonth(to.year, to.month)) };
}

/**
 * The time of day, as it is written, and how many days have passed. Digits of a second behind those of the duration stay
 * as they are.
 */
function clockAfter(time: Moment, added: Duration): { readonly days: number; readonly clock: string } {
  const { parts, second, fraction } = time;
  const [hour = 0, minute = 0] = parts;
  const { places } = added;
  const one = 10n ** BigInt(places);
  const whole = BigInt(hour * 3600 + minute * 60 + (second ?? 0)) * one;
  const sum =
    whole + BigInt(fraction.slice(0, places).padEnd(places, '0')) + added.digits * secondsOf[added.unit];
  const days = floorOf(sum, SECONDS_OF_DAY * one);
  const ofDay = sum - days * SECONDS_OF_DAY * one;
  const seconds = Number(ofDay / one);
  const shown = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits);
  const clock = shown.slice(0, parts.length + (second === undefined ? 0 : 1)).join(':');
  const digits = (places === 0 ? '' : String(ofDay % one).padStart(places, '0')) + fraction.slice(places);
  return { days: Number(days), clock: digits === '' ? clock : `${clock}.${digits}` };
}

function floorOf(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/** The moment on another day, with its own time of day or another one. */
function written(moment: Moment, date: CalendarDay, clock = clockOf(moment)): string | undefined {
  const { parts, zone } = moment;
  if (!(date.year >= 1 && date.year <= 9999)) return undefined;
  const day = [String(date.year).padStart(4, '0'), twoDigits(date.month), twoDigits(date.day)];
  return day.slice(0, parts.length).join('-') + (parts.length > 3 ? `T${clock}${zone?.text ?? ''}` : '');
}

function clockOf({ parts, second, fraction }: Moment): string {
  const shown = second === undefined ? parts.slice(3) : [...parts.slice(3), second];
  return shown.map(twoDigits).join(':') + (fraction === '' ? '' : `.${fraction}`);
}
