import { writtenDateTime } from './date-time.js';
import { asInstant, readInstant } from './instant.js';
import type { Instant } from './instant.js';

/** A moment with all digits of its fraction, which no number holds. */
export interface Moment {
  /** Since the epoch. A leap second is the first second of the next minute. */
  readonly seconds: number;
  /** Digits of the fraction of a second, without zeros at the end: empty for a whole second. */
  readonly fraction: string;
}

/** The moment that an instant names; undefined for text that is not an instant. */
export function momentOf(text: string): Moment | undefined {
  const read = readInstant(text);
  return 'fault' in read ? undefined : momentOfInstant(read.value);
}

/**
 * The moment that an instant names, even an impossible one: a day that a month does not have counts into the
 * next month. For instants that were accepted earlier and must not be refused now.
 */
export function countedMoment(text: string): Moment | undefined {
  const written = writtenDateTime(text);
  const read = written === undefined ? undefined : asInstant(written);
  return read === undefined || 'fault' in read ? undefined : momentOfInstant(read.value);
}

function momentOfInstant({ year, month, day, hour, minute, second, fraction = '', offset }: Instant): Moment {
  return {
    seconds: secondsOf(year, month, day) + hour * 3600 + (minute - offset) * 60 + second,
    fraction: withoutZerosAtEnd(fraction),
  };
}

/** No regular expression: it would look at each run of zeros once for each of them, and data may have a million. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charAt(end - 1) === '0') end -= 1;
  return digits.slice(0, end);
}

/** Seconds from the epoch to the start of a day in UTC. `Date.UTC` takes years below 100 for those of last century. */
function secondsOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / 1000;
}

export function isLater(moment: Moment, than: Moment): boolean {
  // Digits without zeros at the end have the order of the fractions that they are of.
  return moment.seconds === than.seconds ? moment.fraction > than.fraction : moment.seconds > than.seconds;
}

/** Milliseconds since the epoch, with a fraction as fine as a number holds. */
export function millisecondsOf({ seconds, fraction }: Moment): number {
  return 1000 * seconds + 1000 * Number(`0.${fraction || '0'}`);
}

/** Whole nanoseconds of a fraction, 0 to 999,999,999; finer digits are cut off. */
export function wholeNanoseconds({ fraction }: Moment): number {
  return Number(fraction.slice(0, 9).padEnd(9, '0'));
}
