import type { UserInvocationTable } from 'fhirpath';
import { toInteger, toText } from '../values/conversions.js';
import { fhirpathLibrary } from './library.js';
import { fromFhirpath } from './values.js';

/** Converts the only item of a collection; several are a fault. */
export function conversionFunction(
  convert: (item: unknown) => string | number | undefined,
): UserInvocationTable[string] {
  const fn = (items: readonly unknown[]): readonly unknown[] => {
    if (items.length > 1) throw new Error('singleton expected');
    return items.flatMap((item) => convert(item) ?? []);
  };
  return { fn, arity: { 0: [] }, internalStructures: true };
}

/** A quantity is text too; other objects are none. */
export function asText(item: unknown): string | undefined {
  const json = fromFhirpath(fhirpathLibrary().util.valDataConverted(item));
  return json === undefined || json === null ? undefined : toText(json);
}

/** Dates and times are none, whatever their text. */
export function asInteger(item: unknown): number | undefined {
  const { util, types } = fhirpathLibrary();
  const [type = ''] = types([item]);
  if (/\.(?:date|dateTime|instant|time)$/i.test(type)) return undefined;
  const json = fromFhirpath(util.valData(item));
  return json === undefined || json === null ? undefined : toInteger(json);
}
