import { createRequire } from 'node:module';
import type { UserInvocationTable } from 'fhirpath';
import { toInteger, toText } from '../values/conversions.js';
import { internalTypes } from './internal-types.js';
import type { DecimalValue, Quantity } from './internal-types.js';
import { fhirpathLibrary } from './library.js';
import { fromFhirpath } from './values.js';

type Convert = (item: unknown) => unknown;
type Invocation = UserInvocationTable[string];

/**
 * Conversions to text and numbers. Those of fhirpath.js write objects as JavaScript does, take dates and numbers that no
 * integer holds for integers, and make decimals of text by way of binary numbers, which hold some 15 digits.
 *
 * @see https://hl7.org/fhirpath/#conversion
 */
export function conversionFunctions(): UserInvocationTable {
  return {
    ...conversions('String', asText),
    ...conversions('Integer', asInteger),
    ...conversions('Long', asLong),
    ...conversions('Decimal', asDecimal),
    toQuantity: { fn: toQuantity, arity: { 0: [], 1: ['String'] }, internalStructures: true },
  };
}

const require = createRequire(import.meta.url);

/** The module of fhirpath.js with conversions. */
interface LibraryConversions {
  toQuantity(this: unknown, items: readonly unknown[], unit?: unknown): Quantity | undefined;
}

/** As the library does it, which knows units, but with all digits that a text has. */
function toQuantity(this: unknown, items: readonly unknown[], unit?: unknown): readonly unknown[] {
  const { FP_Decimal_Precise: Decimal, FP_Quantity } = internalTypes();
  const library = require('fhirpath/src/misc.js') as LibraryConversions;
  const text: unknown = items.length === 1 ? fhirpathLibrary().util.valData(items[0]) : undefined;
  const digits = typeof text === 'string' ? /^[+-]?\d+(?:\.\d+)?/.exec(text)?.[0] : undefined;
  const read = digits === undefined ? undefined : library.toQuantity.call(this, items);
  const exact = digits !== undefined && read && new FP_Quantity(this, new Decimal(digits), read.unit);
  return [library.toQuantity.call(this, exact ? [exact] : items, unit) ?? []].flat();
}

/** `toX` and `convertsToX` of the only item of a collection; several are a fault. */
function conversions(name: string, convert: Convert): UserInvocationTable {
  return {
    [`to${name}`]: onItem((item) => convert(item) ?? []),
    [`convertsTo${name}`]: onItem((item) => convert(item) !== undefined),
  };
}

function onItem(calculate: Convert): Invocation {
  const fn = (items: readonly unknown[]): readonly unknown[] => {
    if (items.length > 1) throw new Error('singleton expected');
    return items.map(calculate).flat();
  };
  return { fn, arity: { 0: [] }, internalStructures: true };
}

/** A quantity counts as text too; other objects do not. */
function asText(item: unknown): string | undefined {
  const json = fromFhirpath(fhirpathLibrary().util.valDataConverted(item));
  return json === undefined || json === null ? undefined : toText(json);
}

function asInteger(item: unknown): number | undefined {
  const json = isMoment(item) ? undefined : fromFhirpath(fhirpathLibrary().util.valData(item));
  return json === undefined || json === null ? undefined : toInteger(json);
}

/** Whole numbers of 64 bits, and text of digits. */
function asLong(item: unknown): bigint | undefined {
  const decimal = asDecimal(item);
  if (decimal === undefined || !decimal.isInteger()) return undefined;
  // Of a great power of ten the digits would fill the memory.
  if (decimal.value.e >= String(2n ** 63n).length) return undefined;
  const whole = BigInt(decimal.value.toFixed());
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

/** With all digits that a text has. */
function asDecimal(item: unknown): DecimalValue | undefined {
  const { FP_Decimal_Precise: Decimal } = internalTypes();
  const value: unknown = isMoment(item) ? undefined : fhirpathLibrary().util.valData(item);
  if (value instanceof Decimal) return value;
  switch (typeof value) {
    case 'boolean':
      return new Decimal(value ? 1 : 0);
    case 'number':
    case 'bigint':
      return new Decimal(value);
    case 'string':
      return /^[+-]?\d+(?:\.\d+)?$/.test(value) ? new Decimal(value) : undefined;
    default:
      return undefined;
  }
}

/** Dates and times are not numbers, whatever their text is. */
function isMoment(item: unknown): boolean {
  const [type = ''] = fhirpathLibrary().types([item]);
  return /\.(?:date|dateTime|instant|time)$/i.test(type);
}
