import type { DateTime } from './date-time.js';

/** Milliseconds since the epoch: from `first` on, up to `after` and without it. */
export interface Span {
  readonly first: number;
  readonly after: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The span that a date or time covers: a month, for example, lasts until the next one. Without an offset it
 * is in UTC.
 */
export function spanOf({ year, month, day, hour, minute, second, fraction, offset = 0 }: DateTime): Span {
  if (month === undefined) return { first: utc(year, 1, 1), after: utc(year + 1, 1, 1) };
  if (day === undefined) return { first: utc(year, month, 1), after: utc(year, month + 1, 1) };
  if (hour === undefined) return { first: utc(year, month, day), after: utc(year, month, day + 1) };
  const milliseconds = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const clock = hour * HOUR + ((minute ?? 0) - offset) * MINUTE + (second ?? 0) * SECOND + milliseconds;
  const first = utc(year, month, day) + clock;
  return { first, after: first + lengthOf(minute, second, fraction) };
}

function lengthOf(
  minute: number | undefined,
  second: number | undefined,
  fraction: string | undefined,
): number {
  if (fraction !== undefined) return 1;
  if (second !== undefined) return SECOND;
  return minute === undefined ? HOUR : MINUTE;
}

/** `Date.UTC` takes years below 100 for those of last century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}
