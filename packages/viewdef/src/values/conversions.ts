import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';

/**
 * `toString()`: a number has the text that it was written with. Undefined, which stands for empty, for an object.
 *
 * @see https://hl7.org/fhirpath/#tostring-string
 */
export function toText(value: JsonValue): string | undefined {
  if (value instanceof NumberText) return value.text;
  return typeof value === 'object' ? undefined : String(value);
}

/**
 * `toInteger()` of a boolean, or of what is written as a whole number of 32 bits. Undefined for all else: FHIRPath has no
 * other integers, and does not round.
 *
 * @see https://hl7.org/fhirpath/#tointeger-integer
 */
export function toInteger(value: JsonValue): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toText(value);
  if (text === undefined || !/^[+-]?[0-9]+$/.test(text)) return undefined;
  const whole = Number(text);
  // The sum makes 0 of the negative zero.
  return whole >= -(2 ** 31) && whole < 2 ** 31 ? whole + 0 : undefined;
}
