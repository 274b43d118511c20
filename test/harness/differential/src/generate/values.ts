import type { Random } from '../random.js';
import type { Primitive } from './element-model.js';
import { dateText, dateTimeText, impossibleText, instantText, timeText } from './moments.js';
import { someReference } from './references.js';

/** Few texts, so that conditions hold now and then. */
const texts = [
  'a',
  'b',
  'Smith',
  'final',
  'official',
  '',
  ' ',
  'two words',
  'with,comma',
  'with "quotes"',
  "it's",
  'line\nbreak',
  'tab\tand\rreturn',
  'back\\slash',
  'a/b',
  'Zürich',
  '日本語',
  '👩‍⚕️ 😀',
  '\u0000',
  '\u001f\u007f\u2028',
  '=1+1',
  'true',
  '1.10',
  'null',
  'x'.repeat(300),
  `${'long and "quoted", '.repeat(40)}`,
] as const;

const codes = ['final', 'official', 'usual', 'home', 'a', 'b', 'male', '1234-5'] as const;
const uris = ['http://loinc.org', 'urn:x', 'http://example.org/a?b=c&d', 'a'] as const;

const integers = ['0', '1', '2', '-1', '42', '2147483647', '-7'] as const;
const decimals = [
  '0',
  '1',
  '1.0',
  '1.10',
  '1.5',
  '-0.5',
  '100.25',
  '0.1',
  '0.30',
  '12345.678',
  '3.14159',
] as const;
const oddNumbers = [
  '-0',
  '-0.0',
  '1e5',
  '1E5',
  '1.10e-3',
  '1E400',
  '12345678901234567890',
  '0.12345678901234567890',
  '0.0000001',
  '1.00',
] as const;

/** Texts that almost have the form of their type. */
const strangeMoments = [
  '2020-02-29T12:30',
  '2020-02-29T12',
  '2020-02-29T12:30:00',
  '2020-02-29T12:30:00.123456789Z',
  '2020-02-29T12:30:00.1234567890Z',
  '2020-03-01T00:30:00+12:00',
  '2020-02-28T23:30-13:00',
  '2020-13-45',
  '2020-00-00T00:00:00-14:00',
  '0000-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-12:00',
  '2020-02-29T',
  '2020-02-29T:30',
  '2020-02-29T12:30:00.',
  '1900-02',
  '2000-02',
  '20',
  'never',
] as const;
const strangeTimes = [
  '12',
  '12:30',
  'T12:30:00',
  '12:30:00.5',
  '12:30:00.123456789',
  '24:61',
  '1:30',
  '',
] as const;
const strangeNumbers = [
  '999999999999999999',
  '1000000000000000000',
  '123456789.123456789',
  '1234567890.1234567890',
  '-0.00000001',
  '1e-20',
  '-12.50E+3',
  '1e20',
  '9007199254740993',
  '99999999999999999.9',
] as const;
const strangeTexts = [
  '\ud83d',
  'x\ude00',
  '\ude00\ud83d',
  ' \u00a0\ufeff both ends\u2003',
  'a\ud83d\ude00b\ud83d\ude00',
  'é'.repeat(40),
  '/\\/"\u0000',
] as const;

/** JSON text of a value that engines may treat in their own ways. */
export function strangeText(type: Primitive, random: Random): string {
  switch (type) {
    case 'boolean':
      return valueText(type, random, true);
    case 'integer':
    case 'decimal':
      return random.pick(strangeNumbers);
    case 'date':
    case 'dateTime':
    case 'instant':
      return stringText(random.pick(strangeMoments), random);
    case 'time':
      return stringText(random.pick(strangeTimes), random);
    default:
      return stringText(random.pick(strangeTexts), random);
  }
}

/** JSON text of a value. `odd` asks for numbers that JavaScript would not write in this way. */
export function valueText(type: Primitive, random: Random, odd: boolean): string {
  switch (type) {
    case 'boolean':
      return random.pick(['true', 'false']);
    case 'integer':
      return odd && random.chance(20) ? random.pick(oddNumbers) : random.pick(integers);
    case 'decimal':
      return odd && random.chance(30) ? random.pick(oddNumbers) : random.pick(decimals);
    case 'string':
      return stringText(random.chance(80) ? random.pick(['a', 'b', 'Smith']) : random.pick(texts), random);
    case 'date':
    case 'dateTime':
    case 'instant':
      return stringText(random.chance(4) ? impossibleText(random) : plainText(type, random), random);
    default:
      return stringText(plainText(type, random), random);
  }
}

/** JSON text of a number for where another type may be due; JavaScript would write most of them in another way. */
export function someNumber(random: Random): string {
  return random.pick([...integers, ...decimals, ...oddNumbers, ...strangeNumbers, '-1.50']);
}

/** JSON text of a reference. */
export function referenceText(random: Random): string {
  return stringText(someReference(random), random);
}

/** A value as text, without quotes; for literals in paths as well. */
export function plainText(
  type: Exclude<Primitive, 'boolean' | 'integer' | 'decimal'>,
  random: Random,
): string {
  switch (type) {
    case 'string':
      return random.pick(texts);
    case 'code':
      return random.pick(codes);
    case 'id':
      return random.pick(['p1', 'a', 'b', 'x-1.y']);
    case 'uri':
      return random.pick(uris);
    case 'date':
      return dateText(random);
    case 'dateTime':
      return dateTimeText(random);
    case 'instant':
      return instantText(random);
    case 'time':
      return timeText(random);
    default:
      return type satisfies never;
  }
}

/** A literal number in a path. */
export function numberLiteral(random: Random): string {
  return random.pick(['0', '1', '2', '1.10', '1.5', '0.1', '100.25', '3']);
}

/** One of the ways in which JSON may write a string. */
function stringText(value: string, random: Random): string {
  const text = JSON.stringify(value);
  if (!random.chance(6)) return text;
  const way = random.below(3);
  if (way === 0) return text.replaceAll('/', String.raw`\/`);
  const wanted = way === 1 ? /[^\x20-\x7e]/g : /[^]/g;
  const isUpper = random.chance(30);
  const escaped = [...value].map((part) => escapedPart(JSON.stringify(part).slice(1, -1), wanted));
  return `"${escaped.join('').replace(/\\u[\da-f]{4}/g, (escape) => (isUpper ? escape.toUpperCase().replace('U', 'u') : escape))}"`;
}

/** A part that JSON already escapes stays as it is. */
function escapedPart(text: string, wanted: RegExp): string {
  if (text.startsWith('\\')) return text;
  return text.replace(wanted, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
