import type { UserInvocationTable } from 'fhirpath';
import type { TextOperation } from '../ir/expression.js';
import { PathFault } from '../values/faults.js';
import { charactersBefore, textOperation } from '../values/text.js';
import { decodeText, encodeText } from './encodings.js';
import { fhirpathLibrary } from './library.js';
import { replaceMatches } from './replace-matches.js';

type Invocation = UserInvocationTable[string];

/**
 * Functions on strings. Those of fhirpath.js count UTF-16 units, where FHIRPath counts characters; take a negative length
 * for one before the start; find `$&` and the like in a substitution that is text, and no `${name}` in one that is a
 * pattern's; and take bytes for characters, or the other way round.
 *
 * @see https://build.fhir.org/ig/HL7/FHIRPath/#string-manipulation
 */
export function textFunctions(at: number): UserInvocationTable {
  const shared = (operation: TextOperation): ((text: string, args: readonly unknown[]) => unknown) => {
    return (text, args) => textOperation(operation, text, args.map(argumentOf), at);
  };
  return {
    length: onText(shared('length'), { 0: [] }),
    substring: onText(shared('substring'), { 1: ['Integer'], 2: ['Integer', 'Integer'] }),
    indexOf: onText(shared('indexOf'), { 1: ['String'] }),
    replace: onText(shared('replace'), { 2: ['String', 'String'] }),
    lastIndexOf: withTexts((text, [wanted = '']) => charactersBefore(text, text.lastIndexOf(wanted)), 1),
    split: withTexts((text, [by = '']) => (by === '' ? [...text] : text.split(by)), 1),
    toChars: onText((text) => [...text], { 0: [] }),
    replaceMatches: withTexts((text, [regex = '', by = '']) => replaceMatches(text, regex, by), 2),
    encode: withTexts((text, [format = '']) => encodeText(text, format), 1),
    decode: withTexts((text, [format = '']) => decoded(text, format, at), 1),
  };
}

function decoded(text: string, format: string, at: number): string | undefined {
  try {
    return decodeText(text, format);
  } catch {
    throw new PathFault(at, 'decodes text that is not in the given format, or bytes that are not UTF-8');
  }
}

/** A function on one string at most; several strings, or a value that is not a string, are a fault. */
function onText(
  calculate: (text: string, args: readonly unknown[]) => unknown,
  arity: NonNullable<Invocation['arity']>,
): Invocation {
  const fn = (items: readonly unknown[], ...args: readonly unknown[]): readonly unknown[] => {
    if (items.length > 1) throw new Error('singleton expected');
    const value: unknown = fhirpathLibrary().util.valData(items[0]);
    if (value === undefined || value === null) return [];
    if (typeof value !== 'string') throw new Error('string expected');
    return [calculate(value, args) ?? []].flat();
  };
  return { fn, arity, internalStructures: true };
}

/** A function on a string that yields nothing when an argument does. */
function withTexts(calculate: (text: string, args: readonly string[]) => unknown, count: 1 | 2): Invocation {
  const arity = count === 1 ? { 1: ['String' as const] } : { 2: ['String' as const, 'String' as const] };
  return onText((text, args) => {
    const texts = args.filter((argument) => typeof argument === 'string');
    return texts.length < count ? undefined : calculate(text, texts);
  }, arity);
}

/** fhirpath.js hands over an empty list in place of an argument that yields nothing, and its own decimals for integers. */
function argumentOf(argument: unknown): string | number | undefined {
  if (typeof argument === 'string') return argument;
  return Array.isArray(argument) || argument === undefined || argument === null
    ? undefined
    : Number(argument);
}
