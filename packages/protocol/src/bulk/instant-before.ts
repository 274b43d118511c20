import { momentOf } from '@millrace/fhir';

/**
 * The latest instant before another one that a timestamp of nine digits can name: `_until` leaves out resources that were
 * changed at that very moment, and the filter of an export lets through those that were changed then or earlier.
 *
 * @param instant a FHIR instant
 */
export function instantBefore(instant: string): string {
  const moment = momentOf(instant);
  if (moment === undefined) throw new Error('instantBefore needs an instant');
  const { seconds, fraction } = moment;
  const digits = Math.max(9, fraction.length);
  const whole = BigInt(seconds) * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, '0')) - 1n;
  const scale = 10n ** BigInt(digits);
  const rest = ((whole % scale) + scale) % scale;
  const date = new Date(Number((whole - rest) / scale) * 1000).toISOString().slice(0, 19);
  return `${date}.${rest.toString().padStart(digits, '0')}Z`;
}
