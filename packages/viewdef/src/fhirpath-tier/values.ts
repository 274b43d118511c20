import type { JsonValue } from '../cell.js';
import { numberOf } from '../json/exact-parser.js';
import { internalTypes } from './internal-types.js';
import type { TimeValue } from './internal-types.js';
import { isPlainObject } from './plain-object.js';

/** A value of fhirpath.js as JSON; undefined if it is not a value. */
export function fromFhirpath(value: unknown): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'bigint':
      return numberOf(String(value));
    case 'object':
      if (value === null) return undefined;
      if (value instanceof internalTypes().FP_Decimal_Precise) {
        return value.value.isFinite() ? numberOf(decimalText(value.asStr)) : undefined;
      }
      if (Array.isArray(value)) return value.map((item) => fromFhirpath(item) ?? null);
      if (value instanceof internalTypes().FP_TimeBase) return textOf(value);
      // The other classes of fhirpath.js, such as its quantities, say themselves.
      return isPlainObject(value) ? treeFrom(value) : (value as { toString(): string }).toString();
    default:
      return undefined;
  }
}

/** A dateTime without a time of day has the text of its literal, which ends with a T. */
export function textOf({ asStr }: TimeValue): string {
  return asStr.replace(/T$/, '');
}

function treeFrom(value: Readonly<Record<string, unknown>>): JsonValue {
  const entries = Object.entries(value);
  const items = entries.map(([, item]) => fromFhirpath(item) ?? null);
  if (items.every((item, index) => item === entries[index]?.[1])) return value as JsonValue; // nothing was converted
  return Object.fromEntries(entries.map(([key], index) => [key, items[index] ?? null]));
}

/** Its decimals may carry the blanks, the plus sign or the zeros they were written with; JSON has none before a number. */
function decimalText(text: string): string {
  return text.trim().replace(/^\+?(-?)0*(?=\d)/, '$1');
}
