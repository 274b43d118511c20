import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';
import { JsonSyntaxError } from '../errors.js';

/** Deeper nesting is refused: FHIR has no such data, and the parser below calls itself. */
export const maxDepth = 500;

const space = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

/**
 * Parses JSON as RFC 8259 does, but keeps the text of numbers that a JavaScript number would change.
 * Several times slower than `JSON.parse`: meant for the few lines that need it, and to locate syntax errors.
 *
 * @throws JsonSyntaxError with the offset of the first character that does not fit.
 */
export function parseExactly(text: string): JsonValue {
  const cursor = { text, at: 0 };
  skipSpace(cursor);
  const value = parseValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw new JsonSyntaxError('expected the end of the text', cursor.at);
  return value;
}

/** The number a token stands for: a plain number if it prints back the same, else its text. */
export function numberOf(token: string): number | NumberText {
  const value = Number(token);
  return String(value) === token ? value : new NumberText(token);
}

interface Cursor {
  readonly text: string;
  at: number;
}

function parseValue(cursor: Cursor, depth: number): JsonValue {
  switch (cursor.text[cursor.at]) {
    case '{':
      return parseObject(cursor, depth + 1);
    case '[':
      return parseArray(cursor, depth + 1);
    case '"':
      return parseString(cursor);
    case 't':
    case 'f':
    case 'n':
      return parseWord(cursor);
    default:
      return numberOf(expectToken(cursor, numberToken, 'a value'));
  }
}

function parseObject(cursor: Cursor, depth: number): JsonValue {
  checkDepth(cursor, depth);
  const object: Record<string, JsonValue> = {};
  cursor.at++;
  skipSpace(cursor);
  if (takeIf(cursor, '}')) return object;
  for (;;) {
    if (cursor.text[cursor.at] !== '"') throw new JsonSyntaxError('expected a property name', cursor.at);
    const key = parseString(cursor);
    skipSpace(cursor);
    expectCharacter(cursor, ':');
    skipSpace(cursor);
    setOwn(object, key, parseValue(cursor, depth));
    skipSpace(cursor);
    if (takeIf(cursor, '}')) return object;
    expectCharacter(cursor, ',');
    skipSpace(cursor);
  }
}

function parseArray(cursor: Cursor, depth: number): JsonValue {
  checkDepth(cursor, depth);
  const items: JsonValue[] = [];
  cursor.at++;
  skipSpace(cursor);
  if (takeIf(cursor, ']')) return items;
  for (;;) {
    items.push(parseValue(cursor, depth));
    skipSpace(cursor);
    if (takeIf(cursor, ']')) return items;
    expectCharacter(cursor, ',');
    skipSpace(cursor);
  }
}

function parseString(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at = endOfString(cursor.text, start);
  try {
    return JSON.parse(cursor.text.slice(start, cursor.at)) as string; // a token in double quotes is a string
  } catch (cause) {
    throw new JsonSyntaxError('expected a string without bad escapes or control characters', start, {
      cause,
    });
  }
}

function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  if (quote === -1) throw new JsonSyntaxError('expected a closed string', start);
  return quote + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

function parseWord(cursor: Cursor): boolean | null {
  const token = expectToken(cursor, word, 'true, false or null');
  return token === 'null' ? null : token === 'true';
}

/** `__proto__` is an ordinary property in JSON; plain assignment would set the prototype. */
function setOwn(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

function checkDepth(cursor: Cursor, depth: number): void {
  if (depth > maxDepth) {
    throw new JsonSyntaxError(`expected at most ${String(maxDepth)} levels of nesting`, cursor.at);
  }
}

function skipSpace(cursor: Cursor): void {
  space.lastIndex = cursor.at;
  space.test(cursor.text);
  cursor.at = space.lastIndex;
}

function takeIf(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  return true;
}

function expectCharacter(cursor: Cursor, character: string): void {
  if (!takeIf(cursor, character)) throw new JsonSyntaxError(`expected "${character}"`, cursor.at);
}

function expectToken(cursor: Cursor, token: RegExp, expected: string): string {
  token.lastIndex = cursor.at;
  const match = token.exec(cursor.text);
  if (match === null) throw new JsonSyntaxError(`expected ${expected}`, cursor.at);
  cursor.at = token.lastIndex;
  return match[0];
}
