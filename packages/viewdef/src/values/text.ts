import type { JsonValue } from '../cell.js';
import type { TextOperation } from '../ir/expression.js';
import { PathFault } from './faults.js';
import { kindOfValue } from './numbers.js';

/** The longest text that an expression may make, in UTF-16 units. */
const maxLength = 50_000_000;

/**
 * FHIRPath's functions on strings, which count characters, that is Unicode scalar values. Undefined stands for empty, null
 * for an element without value.
 *
 * @see https://hl7.org/fhirpath/#string-manipulation
 */
export function textOperation(
  operation: TextOperation,
  value: JsonValue,
  args: readonly (JsonValue | undefined)[],
  at: number,
): string | number | boolean | undefined {
  const text = expectText(value, operation, at);
  if (args.some((argument) => argument === undefined || argument === null))
    return operation === 'substring' && (args[0] ?? null) !== null
      ? substring(text, args.slice(0, 1))
      : undefined;
  switch (operation) {
    case 'upper':
      return text.toUpperCase();
    case 'lower':
      return text.toLowerCase();
    case 'trim':
      return text.trim();
    case 'length':
      return countCharacters(text);
    case 'substring':
      return substring(text, args);
    case 'replace':
      return replace(text, expectText(args[0], operation, at), expectText(args[1], operation, at), at);
    case 'startsWith':
      return text.startsWith(expectText(args[0], operation, at));
    case 'endsWith':
      return text.endsWith(expectText(args[0], operation, at));
    case 'contains':
      return text.includes(expectText(args[0], operation, at));
    case 'indexOf':
      return charactersBefore(text, text.indexOf(expectText(args[0], operation, at)));
    default:
      return operation satisfies never;
  }
}

/** Order of two strings by Unicode code point, as their UTF-8 bytes are ordered: negative, 0 or positive. */
export function compareText(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return orderOfUnit(a) - orderOfUnit(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others, but are not the greatest UTF-16 units. */
function orderOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The items of a list that have a value as one text; undefined for none. */
export function join(
  items: readonly JsonValue[],
  separator: JsonValue | undefined,
  at: number,
): string | undefined {
  const texts = items.filter((item) => item !== null).map((item) => expectText(item, 'join', at));
  if (texts.length === 0) return undefined;
  return texts.join(separator === undefined || separator === null ? '' : expectText(separator, 'join', at));
}

export function concatenate(left: JsonValue, right: JsonValue, at: number): string {
  return expectText(left, 'concatenation', at) + expectText(right, 'concatenation', at);
}

function expectText(value: JsonValue | undefined, operation: string, at: number): string {
  if (typeof value === 'string') return value;
  throw new PathFault(at, `applies ${operation} to ${kindOfValue(value)}; expected a string`);
}

function substring(text: string, args: readonly (JsonValue | undefined)[]): string | undefined {
  const start = Number(args[0]);
  const from = start < 0 ? text.length : unitAt(text, 0, start);
  if (from >= text.length) return undefined;
  return args[1] === undefined ? text.slice(from) : text.slice(from, unitAt(text, from, Number(args[1])));
}

const highSurrogate = /[\uD800-\uDBFF]/;

/** How many characters a text has: a pair of surrogates is one, and so is a surrogate without its other half. */
function countCharacters(text: string): number {
  if (!highSurrogate.test(text)) return text.length;
  let count = 0;
  for (let unit = 0; unit < text.length; count++) unit += widthAt(text, unit);
  return count;
}

/** How many characters come before the UTF-16 unit at a position; a position below 0 stands for none found. */
export function charactersBefore(text: string, unit: number): number {
  return unit <= 0 ? unit : countCharacters(text.slice(0, unit));
}

/** The position of the UTF-16 unit that a number of characters lie before, counted from the unit `from`. */
function unitAt(text: string, from: number, characters: number): number {
  if (!highSurrogate.test(text)) return from + Math.max(0, characters);
  let unit = from;
  for (let left = Math.trunc(characters); left > 0 && unit < text.length; left--) unit += widthAt(text, unit);
  return unit;
}

/** How many UTF-16 units the character at a position has. */
function widthAt(text: string, unit: number): number {
  return (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
}

/** An empty pattern is found around each character, and a character may be two UTF-16 units. */
function replace(text: string, pattern: string, substitution: string, at: number): string {
  const parts = pattern === '' ? ['', ...text, ''] : text.split(pattern);
  if (text.length + parts.length * substitution.length > maxLength) {
    throw new PathFault(at, `makes a text of more than ${String(maxLength)} characters`);
  }
  return parts.join(substitution);
}
