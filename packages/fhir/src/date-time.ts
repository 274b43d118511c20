/**
 * The components of a date, dateTime or instant, as numbers. An undefined component is missing from the text.
 * https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export interface DateTime {
  /** 1 to 9999 */
  readonly year: number;
  readonly month: number | undefined;
  readonly day: number | undefined;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  /** Up to 60 for the leap second that ends a month of UTC, else up to 59. */
  readonly second: number | undefined;
  /** Digits behind the point of the seconds. */
  readonly fraction: string | undefined;
  /** Minutes ahead of UTC, from -840 to 840. */
  readonly offset: number | undefined;
}

/** The components in the text of a time of day. */
export type TimeOfDay = Pick<DateTime, 'minute' | 'second' | 'fraction'> & { readonly hour: number };

/** `fault` says in words why there is no such value, as the end of a sentence about it. */
export type Reading<Value> = { readonly value: Value } | { readonly fault: string };

const TIME = String.raw`(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?`;
const DATE_TIME = new RegExp(String.raw`^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T${TIME}(Z|[+-]\d\d:\d\d)?)?)?)?$`);
const TIME_OF_DAY = new RegExp(`^${TIME}$`);
const MOST_OFFSET = 14 * 60;

/**
 * Reads a date or time of any precision, with or without an offset: the grammars of FHIR's date, dateTime and instant
 * and of FHIRPath's literals are parts of this one. Dates that no calendar has, such as 30 February, are faults.
 */
export function readDateTime(text: string): Reading<DateTime> {
  const value = writtenDateTime(text);
  if (value === undefined)
    return { fault: 'it is not written as 2026, 2026-01, 2026-01-31 or 2026-01-31T12:00:00Z' };
  const fault = dateFault(value) ?? clockFault(value) ?? zoneFault(text, value) ?? leapFault(value);
  return fault === undefined ? { value } : { fault };
}

/** The components of text that has the form of a date or time, even of an impossible one. Undefined for other text. */
export function writtenDateTime(text: string): DateTime | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return {
    year: Number(year),
    month: numberOf(month),
    day: numberOf(day),
    hour: numberOf(hour),
    minute: numberOf(minute),
    second: numberOf(second),
    fraction,
    offset: zone === undefined ? undefined : offsetOf(zone),
  };
}

/** Reads a time of day of any precision. It has no leap second, because only a date has one. */
export function readTimeOfDay(text: string): Reading<TimeOfDay> {
  const match = TIME_OF_DAY.exec(text);
  if (match === null) return { fault: 'it is not written as 12:00 or 12:00:00.5' };
  const [, hour, minute, second, fraction] = match;
  const value = { hour: Number(hour), minute: numberOf(minute), second: numberOf(second), fraction };
  const fault = clockFault(value) ?? (value.second === 60 ? noSecond(60) : undefined);
  return fault === undefined ? { value } : { fault };
}

/** @param month from 1 to 12 */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function dateFault({ year, month, day }: Pick<DateTime, 'year' | 'month' | 'day'>): string | undefined {
  if (year === 0) return 'there is no year 0000';
  if (month === undefined) return undefined;
  if (month < 1 || month > 12) return `there is no month ${pair(month)}`;
  const days = daysInMonth(year, month);
  if (day === undefined || (day >= 1 && day <= days)) return undefined;
  return `${String(year).padStart(4, '0')}-${pair(month)} has ${days} days, and no day ${pair(day)}`;
}

function clockFault({
  hour = 0,
  minute = 0,
  second = 0,
}: Pick<DateTime, 'hour' | 'minute' | 'second'>): string | undefined {
  if (hour > 23) return `there is no hour ${hour}`;
  if (minute > 59) return `there is no minute ${minute}`;
  return second > 60 ? noSecond(second) : undefined;
}

function noSecond(second: number): string {
  return `there is no second ${second}`;
}

function zoneFault(text: string, { offset }: DateTime): string | undefined {
  const zone = text.slice(-6);
  if (offset === undefined || text.endsWith('Z')) return undefined;
  const isPossible = Number(zone.slice(4)) <= 59 && Math.abs(offset) <= MOST_OFFSET;
  return isPossible ? undefined : `there is no offset ${zone}; the largest is 14:00`;
}

/** UTC has leap seconds at the end of a month alone. */
function leapFault({ year, month, day, hour, minute, second, offset }: DateTime): string | undefined {
  if (second !== 60) return undefined;
  const isKnown = month !== undefined && day !== undefined && hour !== undefined && minute !== undefined;
  if (isKnown && offset !== undefined) {
    const next = new Date(0);
    next.setUTCFullYear(year, month - 1, day);
    next.setUTCHours(hour, minute + 1 - offset);
    if (next.getUTCDate() === 1 && next.getUTCHours() === 0 && next.getUTCMinutes() === 0) return undefined;
  }
  return `${noSecond(60)} except at the end of a month in UTC`;
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function pair(number: number): string {
  return String(number).padStart(2, '0');
}
