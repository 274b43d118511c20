import type { JsonValue } from '../cell.js';
import { JsonSyntaxError } from '../errors.js';
import { numberOf, parseExactly } from './exact-parser.js';
import { numbersAtEnd, parseMarked } from './marked-numbers.js';

/**
 * Property names whose numbers must keep their text, or `any` when every number of the resource may be seen.
 * An empty list means that plain `JSON.parse` will do.
 */
export type NumberKeys = readonly string[] | 'any';

export type ResourceParser = (text: string) => JsonValue;

/**
 * Parses one resource. With `keepNumberText` every number comes out as it went in; without it the text of
 * `1.10` or of 20 digits is lost, which costs nothing.
 *
 * @throws JsonSyntaxError
 */
export function parseResource(text: string, keepNumberText: boolean): JsonValue {
  return keepNumberText ? parseKeeping(text, suspectNumber('any')) : parsePlain(text);
}

/**
 * The parser for a pass that serves several views: it keeps number text only below the properties that one
 * of the views can see. Looking for `"value":` costs 3 % of the parse, looking for any number up to 30 %.
 */
export function createResourceParser(views: readonly { readonly numberKeys: NumberKeys }[]): ResourceParser {
  const keys = unionOfKeys(views.map((view) => view.numberKeys));
  if (keys.length === 0) return parsePlain;
  const suspect = suspectNumber(keys);
  if (keys === 'any') return (text) => parseKeeping(text, suspect);
  return (text) => parseMarked(text, suspect) ?? parsePlain(text);
}

function unionOfKeys(lists: readonly NumberKeys[]): NumberKeys {
  const union = new Set<string>();
  for (const keys of lists) {
    if (keys === 'any') return 'any';
    for (const key of keys) union.add(key);
  }
  return [...union].sort();
}

function parsePlain(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // the type is what JSON can express
  } catch (cause) {
    throw located(text, cause);
  }
}

function parseKeeping(text: string, suspect: RegExp): JsonValue {
  return hasChangingNumber(text, suspect) ? parseExactly(text) : parsePlain(text);
}

/**
 * Finds numbers that `JSON.parse` may change: a trailing zero after the point, an exponent, 16 digits or
 * more, less than a millionth, minus zero. Text that looks like a number inside a string only costs a slower
 * parse.
 */
function suspectNumber(keys: NumberKeys): RegExp {
  const changing = String.raw`-?\d(?:[\d.]{15}|\d*\.\d*0(?!\d)|[\d.]*[eE]|\.000000)[\d.eE+-]*|-0(?![\d.])`;
  // A number in an array follows no property name, so a whole array of numbers is looked at. Null stands for an item
  // that has extensions only.
  const items = String.raw`\[(?:null|[-\d.eE+,\s])*[-\d.eE+]`;
  if (keys === 'any') return new RegExp(String.raw`"\s*:\s*(?:${changing})|${items}`, 'g');
  const names = keys.map(escapeKey).join('|');
  return new RegExp(String.raw`"(?:${names})"\s*:\s*(?:${changing}|${items})`, 'g');
}

function escapeKey(key: string): string {
  return JSON.stringify(key)
    .slice(1, -1)
    .replace(/[^A-Za-z0-9_]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const startsAsTree = /^\s*[{[]/;

function hasChangingNumber(text: string, suspect: RegExp): boolean {
  if (!startsAsTree.test(text)) return true;
  suspect.lastIndex = 0;
  for (let match = suspect.exec(text); match !== null; match = suspect.exec(text)) {
    const tokens = (numbersAtEnd.exec(match[0])?.[0] ?? '').split(/[,\s]+/);
    if (tokens.some((token) => typeof numberOf(token) !== 'number')) return true;
  }
  return false;
}

function located(text: string, cause: unknown): JsonSyntaxError {
  try {
    parseExactly(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  return new JsonSyntaxError('not accepted by JSON.parse', 0, { cause });
}
