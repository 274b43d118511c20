import { readDateTime } from './date-time.js';
import type { DateTime, Reading } from './date-time.js';

/** A DateTime that names one moment. */
export type Instant = { readonly [Part in Exclude<keyof DateTime, 'fraction'>]: number } & Pick<
  DateTime,
  'fraction'
>;

/** Reads a FHIR instant: seconds and an offset are required (https://hl7.org/fhir/R4/datatypes.html#instant). */
export function readInstant(text: string): Reading<Instant> {
  const read = readDateTime(text);
  return 'fault' in read ? read : asInstant(read.value);
}

/** A date or time as an instant, if it has all that one needs. */
export function asInstant(dateTime: DateTime): Reading<Instant> {
  const { year, month, day, hour, minute, second, fraction, offset } = dateTime;
  if (month === undefined || day === undefined || hour === undefined || minute === undefined)
    return { fault: 'it has no time of day' };
  if (second === undefined) return { fault: 'it has no seconds' };
  if (offset === undefined) return { fault: 'it has no offset from UTC' };
  return { value: { year, month, day, hour, minute, second, fraction, offset } };
}

export function isInstant(text: string): boolean {
  return 'value' in readInstant(text);
}

/** @param ms milliseconds since the epoch */
export function instantText(ms: number): string {
  return new Date(ms).toISOString();
}
