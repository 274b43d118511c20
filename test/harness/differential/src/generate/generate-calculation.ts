import { literalOf, pathToValue, quoted } from './generate-path.js';
import type { PathScope } from './generate-path.js';
import { timeCalculation } from './generate-time.js';
import { plainText } from './values.js';
import type { Random } from '../random.js';

/** A path that makes a value of others: arithmetic, functions on text, boundaries. */
export function calculation(scope: PathScope): string {
  const { random } = scope;
  if (scope.dialect === 'loose' && random.chance(50)) {
    return random.pick([nestedNumber, calculatedText, comparison, boundary])(scope);
  }
  const text = (): string => valueOf(scope, 'string', 'code', 'uri');
  const number = (): string => numberOf(scope);
  const literal = quoted(random.pick(['a', 'S', '', 'ith', ' ', 'x']));
  const side = (): string => random.pick(['lowBoundary', 'highBoundary']);
  return random.pick<() => string>([
    () => `${number()} ${random.pick(['+', '-', '*', '/', 'div', 'mod'])} ${number()}`,
    () =>
      `(${number()} ${random.pick(['+', '-', '*'])} ${number()}) ${random.pick(['<', '>=', '='])} ${number()}`,
    () => `${text()} ${random.pick(['+', '&'])} ${random.chance(50) ? text() : literal}`,
    () => `${text()}.${random.pick(['upper()', 'lower()', 'trim()', 'length()'])}`,
    () => `${text()}.${random.pick(['startsWith', 'endsWith', 'contains', 'indexOf'])}(${literal})`,
    () => `${text()}.substring(${random.below(4)}${random.chance(50) ? `, ${random.below(4)}` : ''})`,
    () => `${text()}.replace(${literal}, ${quoted(random.pick(['', 'Z', '$&']))})`,
    () => `${valueOf(scope, 'decimal', 'integer')}.${side()}()`,
    () => `${valueOf(scope, 'date')}.${side()}()`,
    () => `${valueOf(scope, 'dateTime', 'instant')}.${side()}()`,
    () => `${valueOf(scope, 'time')}.${side()}()`,
    () => conversion(scope),
    () => conversion(scope),
    () => timeCalculation(scope),
    () => timeCalculation(scope),
    () => timeCalculation(scope),
  ])();
}

/** A value of any type as text or as an integer, and a typical use of it in views. */
function conversion(scope: PathScope): string {
  const { random } = scope;
  const value = pathToValue(scope)?.text ?? quoted(plainText('string', random));
  const one = scope.dialect === 'full' || random.chance(85) ? `${value}.first()` : value;
  const year = `${one}.toString().substring(0, 4)`;
  return random.pick([
    `${one}.toString()`,
    `${one}.toInteger()`,
    year,
    `${year}.toInteger()`,
    `${one}.toString().length()`,
    `${one}.toInteger() + 1`,
    `${one}.toInteger().toString()`,
    `iif(${one}.toInteger() > 1, ${one}.toString(), 'x')`,
  ]);
}

/** A path to a value of one of the types, or a literal if there is no such path. */
function valueOf(scope: PathScope, ...types: [string, ...string[]]): string {
  const found = pathToValue(scope, types);
  if (found === undefined) return `(${literalOf(types[0], scope)})`;
  return scope.dialect === 'full' || scope.random.chance(85) ? `${found.text}.first()` : found.text;
}

function numberOf(scope: PathScope): string {
  return scope.random.chance(40) ? literalOf('decimal', scope) : valueOf(scope, 'integer', 'decimal');
}

function nestedNumber(scope: PathScope): string {
  const { random } = scope;
  const operand = (): string => {
    switch (random.below(6)) {
      case 0:
        return '%rowIndex';
      case 1:
        return `-(${numberOf(scope)})`;
      case 2:
        return `${valueOf(scope, 'string', 'code')}.length()`;
      default:
        return numberOf(scope);
    }
  };
  const operator = (): string => random.pick(['+', '-', '*', '/', 'div', 'mod']);
  return `(${operand()} ${operator()} ${operand()}) ${operator()} ${operand()}`;
}

/** A text that functions make of others, one after the other. */
export function calculatedText(scope: PathScope): string {
  const { random } = scope;
  let text = valueOf(scope, 'string', 'code', 'uri', 'id');
  for (let calls = random.below(3); calls > 0; calls -= 1) text = `${text}.${textCall(scope)}`;
  if (random.chance(30)) text = `(${text} ${random.pick(['+', '&'])} ${someText(random)})`;
  if (random.chance(30)) text = `${text}.${textCall(scope)}`;
  return text;
}

function textCall(scope: PathScope): string {
  const { random } = scope;
  const position = (): string => (random.chance(80) ? String(random.below(5)) : `(${random.below(3)} - 1)`);
  return random.pick<() => string>([
    () => 'trim()',
    () => random.pick(['upper()', 'lower()']),
    () => `substring(${position()})`,
    () => `substring(${position()}, ${position()})`,
    () => `replace(${someText(random)}, ${someText(random)})`,
  ])();
}

/** Texts that need care: parts of characters, and characters that JSON and CSV escape. */
function someText(random: Random): string {
  const texts = [
    'a',
    'b',
    '',
    ' ',
    '"',
    ',',
    '\\',
    '\n',
    '/',
    'ü',
    '😀',
    '\ud83d',
    '\ude00',
    '\u0001',
    'ord',
  ] as const;
  return quotedUnits(random.pick(texts));
}

/** As `quoted`, with lone surrogates as escapes. */
function quotedUnits(text: string): string {
  return /^[\ud800-\udfff]$/.test(text) ? `'\\u${text.charCodeAt(0).toString(16)}'` : quoted(text);
}

function comparison(scope: PathScope): string {
  const { random } = scope;
  const operator = random.pick(['=', '!=', '<', '<=', '>', '>=']);
  const text = (): string => (random.chance(50) ? calculatedText(scope) : someText(random));
  const moment = (): string => {
    const value = valueOf(scope, 'dateTime', 'instant', 'date');
    return random.chance(60) ? value : `${value}.${random.pick(['lowBoundary', 'highBoundary'])}()`;
  };
  return random.pick<() => string>([
    () => `${calculatedText(scope)} ${operator} ${text()}`,
    () => `${calculatedText(scope)}.${random.pick(['startsWith', 'endsWith', 'contains'])}(${text()})`,
    () => `${calculatedText(scope)}.${random.pick([`indexOf(${text()})`, 'length()'])}`,
    () => `(${nestedNumber(scope)}) ${operator} ${numberOf(scope)}`,
    () => `${moment()} ${operator} ${random.chance(50) ? moment() : literalOf('dateTime', scope)}`,
    () => `${valueOf(scope, 'time')} ${operator} ${valueOf(scope, 'time')}`,
  ])();
}

function boundary(scope: PathScope): string {
  const { random } = scope;
  const side = random.pick(['lowBoundary', 'highBoundary']);
  const precision = random.pick(['', '', '0', '2', '4', '5', '6', '8', '9', '10', '12', '14', '17', '20']);
  const value = random.pick<() => string>([
    () => valueOf(scope, 'decimal', 'integer'),
    () => valueOf(scope, 'date', 'dateTime', 'instant'),
    () => valueOf(scope, 'time'),
  ])();
  return `${value}.${side}(${precision})`;
}
