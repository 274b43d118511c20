import { readDateTime, readTimeOfDay } from '@millrace/fhir';
import { dayNumber, dayOf } from './calendar.js';
import { withoutLastZeros } from './numbers.js';

/**
 * Dates, dateTimes, instants and times, which may be partial, and their comparison.
 *
 * Components are compared from the largest to the smallest. If all that both have are equal and one has more of
 * them, the result is empty. Seconds and their fraction are one component: a decimal of any number of digits. A zone is
 * taken into account when a time of day is given; without a zone, UTC is taken, wherever the process runs.
 *
 * Text that names no moment, such as 30 February, is comparable with nothing but the same text.
 *
 * @see https://hl7.org/fhirpath/#equality
 * @see https://hl7.org/fhirpath/#comparison
 */

/** The text of a moment, component by component. */
export interface Moment {
  /** Year, month, day, hour and minute of a moment, hour and minute of a time; as many as are given, the first at least. */
  readonly parts: readonly number[];
  /** Seconds without their fraction, if they are given; then all of `parts` are, too. A leap second is 60. */
  readonly second: number | undefined;
  /** Digits behind the point. */
  readonly fraction: string;
  /** `Z` or an offset as it is written, and its minutes; undefined when none is given. */
  readonly zone: { readonly text: string; readonly minutes: number } | undefined;
}

/** Undefined for text that is not a date, dateTime or instant. */
export function readMoment(text: string): Moment | undefined {
  const read = readDateTime(text);
  if ('fault' in read) return undefined;
  const { year, month, day, hour, minute, second, fraction = '', offset } = read.value;
  const parts = given([year, month, day, hour, minute]);
  const zone = offset === undefined ? undefined : { text: zoneOf(text), minutes: offset };
  return { parts, second, fraction, zone };
}

/** Undefined for text that is not a time. A time may be written with the `T` of its literal. */
export function readTime(text: string): Moment | undefined {
  const read = readTimeOfDay(text.startsWith('T') ? text.slice(1) : text);
  if ('fault' in read) return undefined;
  const { hour, minute, second, fraction = '' } = read.value;
  return { parts: given([hour, minute]), second, fraction, zone: undefined };
}

/** Text that equal moments share, and others do not. */
export function canonicalMoment(text: string): string {
  return canonical(inUtc(readMoment(text)), text);
}

export function canonicalTime(text: string): string {
  return canonical(readTime(text), text);
}

function canonical(moment: Moment | undefined, text: string): string {
  if (moment === undefined) return text;
  const { parts, second, fraction } = moment;
  const digits = withoutLastZeros(fraction);
  return [...parts, ...(second === undefined ? [] : [`${String(second)}.${digits}`])].join(':');
}

function given(components: readonly (number | undefined)[]): readonly number[] {
  return components.filter((component) => component !== undefined);
}

function zoneOf(text: string): string {
  return text.endsWith('Z') ? 'Z' : text.slice(-'+00:00'.length);
}

/** A component but the year, as it is written. */
export function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** Negative, 0 or positive; undefined, which stands for empty, when the precision does not suffice. */
export function compareMoments(left: string, right: string): number | undefined {
  if (left === right) return 0;
  return compareComponents(inUtc(readMoment(left)), inUtc(readMoment(right)));
}

export function compareTimes(left: string, right: string): number | undefined {
  if (left === right) return 0;
  return compareComponents(readTime(left), readTime(right));
}

/** The same moment with a zone of UTC, if a zone counts. */
function inUtc(moment: Moment | undefined): Moment | undefined {
  if (moment === undefined || (moment.zone?.minutes ?? 0) === 0) return moment;
  const [year = 0, month = 1, day = 1, hour = 0, minute] = moment.parts;
  const minutes = hour * 60 + (minute ?? 0) - (moment.zone?.minutes ?? 0);
  const days = Math.floor(minutes / MINUTES_OF_DAY);
  const utc = dayOf(dayNumber({ year, month, day }) + days);
  const ofDay = minutes - days * MINUTES_OF_DAY;
  const parts = [utc.year, utc.month, utc.day, Math.floor(ofDay / 60)];
  if (minute !== undefined) parts.push(ofDay % 60);
  return { ...moment, parts };
}

const MINUTES_OF_DAY = 1440;

function compareComponents(left: Moment | undefined, right: Moment | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  const shared = Math.min(left.parts.length, right.parts.length);
  for (let index = 0; index < shared; index++) {
    const order = (left.parts[index] ?? 0) - (right.parts[index] ?? 0);
    if (order !== 0) return order;
  }
  if (left.parts.length !== right.parts.length) return undefined;
  if (left.second === undefined || right.second === undefined) {
    return left.second === right.second ? 0 : undefined;
  }
  return left.second - right.second || compareFractions(left.fraction, right.fraction);
}

/** Digits behind a point are in the order of their text, but for zeros at their end. */
function compareFractions(left: string, right: string): number {
  if (left === right) return 0;
  const digits = Math.max(left.length, right.length);
  const [a, b] = [left.padEnd(digits, '0'), right.padEnd(digits, '0')];
  return a === b ? 0 : a < b ? -1 : 1;
}
