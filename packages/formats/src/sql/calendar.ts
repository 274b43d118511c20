import { readDateTime, readTimeOfDay } from '@millrace/fhir';

const MS_PER_DAY = 86_400_000;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_DAY = 86_400;
const MICROS_PER_SECOND = 1_000_000;
/** `Date.UTC` takes years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years. */
const YEARS_PER_CYCLE = 400;
const DAYS_PER_CYCLE = 146_097;

/** Days since 1970-01-01 of a full date; undefined for a partial date or a day that does not exist. */
export function epochDays(text: string): number | undefined {
  const read = readDateTime(text);
  if ('fault' in read) return undefined;
  const { year, month, day, hour } = read.value;
  return month === undefined || day === undefined || hour !== undefined
    ? undefined
    : daysOf(year, month, day);
}

/** Microseconds since midnight; undefined for a time without seconds. Digits behind the microsecond are cut off. */
export function dayMicros(text: string): number | undefined {
  const read = readTimeOfDay(text);
  if ('fault' in read) return undefined;
  const { hour, minute, second, fraction } = read.value;
  return minute === undefined || second === undefined ? undefined : microsOf(hour, minute, second, fraction);
}

/**
 * Microseconds since the epoch, UTC, of a date and time. Without offset the text is taken for UTC, unless
 * `needsOffset`; then it is undefined, as is text that lacks the seconds or names no moment: an impossible day, an offset
 * beyond 14 hours. A leap second is the first second of the next minute.
 */
export function epochMicros(text: string, needsOffset: boolean): bigint | undefined {
  const read = readDateTime(text);
  if ('fault' in read) return undefined;
  const { year, month, day, hour, minute, second, fraction, offset } = read.value;
  if (month === undefined || day === undefined || hour === undefined) return undefined;
  if (minute === undefined || second === undefined || (needsOffset && offset === undefined)) return undefined;
  const micros = microsOf(hour, minute, second, fraction);
  const seconds = daysOf(year, month, day) * SECONDS_PER_DAY - (offset ?? 0) * SECONDS_PER_MINUTE;
  const total = seconds * MICROS_PER_SECOND + micros;
  // Far from 1970 a double has no room for microseconds.
  return Number.isSafeInteger(total)
    ? BigInt(total)
    : BigInt(seconds) * BigInt(MICROS_PER_SECOND) + BigInt(micros);
}

function daysOf(year: number, month: number, day: number): number {
  return Date.UTC(year + YEARS_PER_CYCLE, month - 1, day) / MS_PER_DAY - DAYS_PER_CYCLE;
}

function microsOf(hour: number, minute: number, second: number, fraction: string | undefined): number {
  const micros = fraction === undefined ? 0 : Number(fraction.slice(0, 6).padEnd(6, '0'));
  return ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + micros;
}
