const MS_PER_DAY = 86_400_000;
const SECONDS_PER_DAY = 86_400;
const MICROS_PER_SECOND = 1_000_000;
/** `Date.UTC` takes years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years. */
const YEARS_PER_CYCLE = 400;
const DAYS_PER_CYCLE = 146_097;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))?$/;

/** Days since 1970-01-01 of a full date; undefined for a partial date or a day that does not exist. */
export function epochDays(text: string): number | undefined {
  const match = DATE.exec(text);
  return match ? daysOf(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** Microseconds since midnight. Digits behind the microsecond are cut off; second 60 is the next minute. */
export function dayMicros(text: string): number | undefined {
  const match = TIME.exec(text);
  return match ? microsOf(Number(match[1]), Number(match[2]), Number(match[3]), match[4]) : undefined;
}

/**
 * Microseconds since the epoch, UTC, of a date and time. Without offset the text is taken for UTC, unless
 * `needsOffset`; then it is undefined, as are partial dates.
 */
export function epochMicros(text: string, needsOffset: boolean): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, utc, sign, offsetHours, offsetMinutes] = match;
  if (needsOffset && utc === undefined && sign === undefined) return undefined;
  const days = daysOf(Number(year), Number(month), Number(day));
  const micros = microsOf(Number(hour), Number(minute), Number(second), fraction);
  if (days === undefined || micros === undefined) return undefined;
  let seconds = days * SECONDS_PER_DAY;
  if (sign !== undefined) {
    const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60;
    seconds += sign === '+' ? -offset : offset;
  }
  const total = seconds * MICROS_PER_SECOND + micros;
  // Far from 1970 a double has no room for microseconds.
  return Number.isSafeInteger(total)
    ? BigInt(total)
    : BigInt(seconds) * BigInt(MICROS_PER_SECOND) + BigInt(micros);
}

function daysOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return Date.UTC(year + YEARS_PER_CYCLE, month - 1, day) / MS_PER_DAY - DAYS_PER_CYCLE;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

function microsOf(
  hour: number,
  minute: number,
  second: number,
  fraction: string | undefined,
): number | undefined {
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const micros = fraction === undefined ? 0 : Number(fraction.slice(0, 6).padEnd(6, '0'));
  return ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + micros;
}
