const MS_PER_DAY = 86_400_000;
const MICROS_PER_SECOND = 1_000_000;
/** `Date.UTC` takes years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years. */
const YEARS_PER_CYCLE = 400;
const DAYS_PER_CYCLE = 146_097;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|([+-])(\d\d):(\d\d))?$/;

/** Days since 1970-01-01 of a full date; undefined for a partial date or a day that does not exist. */
export function epochDays(text: string): number | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year + YEARS_PER_CYCLE, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / MS_PER_DAY - DAYS_PER_CYCLE;
}

/** Microseconds since midnight. Digits behind the microsecond are cut off; second 60 is the next minute. */
export function dayMicros(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const fraction = Number((match[4] ?? '').slice(0, 6).padEnd(6, '0'));
  return ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + fraction;
}

/**
 * Microseconds since the epoch, UTC, of a date and time. Without offset the text is taken for UTC, unless
 * `needsOffset`; then it is undefined, as are partial dates.
 */
export function epochMicros(text: string, needsOffset: boolean): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, date = '', time = '', sign, hours, minutes] = match;
  if (needsOffset && sign === undefined && !text.endsWith('Z')) return undefined;
  const days = epochDays(date);
  const micros = dayMicros(time);
  if (days === undefined || micros === undefined) return undefined;
  const offsetMinutes = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
  const seconds = days * 86_400 - offsetMinutes * 60;
  return BigInt(seconds) * BigInt(MICROS_PER_SECOND) + BigInt(micros);
}
