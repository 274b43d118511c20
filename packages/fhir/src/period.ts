import { readDateTime } from './date-time.js';
import { spanOf } from './date-time-span.js';
import type { Span } from './date-time-span.js';

/** https://hl7.org/fhir/datatypes.html#Period */
export interface Period {
  readonly start?: unknown;
  readonly end?: unknown;
}

/**
 * Whether a moment is in a period. A boundary that is missing, or that is not a dateTime, is open; a partial
 * one counts whole, so that `2026-03` as an end lasts to the end of March. Dates are read in UTC.
 *
 * @param at milliseconds since the epoch
 */
export function isWithin(period: Period, at: number): boolean {
  const start = boundaryOf(period.start);
  const end = boundaryOf(period.end);
  return (start === undefined || at >= start.first) && (end === undefined || at < end.after);
}

/**
 * Whether a period begins after a moment, by the first instant that its start can mean. A start that is missing, or that
 * is not a dateTime, is open: the period has always begun.
 *
 * @param at milliseconds since the epoch, with fractions
 */
export function beginsAfter({ start }: Period, at: number): boolean {
  const boundary = boundaryOf(start);
  return boundary !== undefined && boundary.first > at;
}

/** Whether a boundary is there that is not a dateTime, and counts as open for that. */
export function hasUnreadableBoundary({ start, end }: Period): boolean {
  return [start, end].some(
    (value) => value !== undefined && value !== null && boundaryOf(value) === undefined,
  );
}

function boundaryOf(value: unknown): Span | undefined {
  const read = typeof value === 'string' ? readDateTime(value) : undefined;
  return read !== undefined && 'value' in read ? spanOf(read.value) : undefined;
}
