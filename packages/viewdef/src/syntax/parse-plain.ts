import { unescape } from './escapes.js';
import { withoutLeadingZeros } from './syntax.js';
import type { LiteralCode, Syntax } from './syntax.js';

const NAME = /^[A-Za-z_]\w*$/;
const DIGITS = /^\d/;

/** Blanks, then one token; what it does not know ends the text. */
const TOKEN =
  /[ \r\n\t]*(%?[A-Za-z_]\w*|\$this|\d+(?:\.\d+)?|'(?:[^'\\]|\\[`"'\\/fnrt]|\\u[0-9a-fA-F]{4})*'|[<>!]=|!~|[-.()[\],=~<>+*&|/])/y;

/** Names with another use in the grammar of FHIRPath: only its parser decides by their place. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'and or xor implies div mod is as in contains true false sort asc desc ' +
    'year month week day hour minute second millisecond ' +
    'years months weeks days hours minutes seconds milliseconds'
  ).split(' '),
);

/** Keywords that are functions, too, behind a dot and before their arguments. */
const FUNCTIONS: ReadonlySet<string> = new Set(['is', 'as', 'in', 'contains']);

/** How tightly a binary operator binds. https://hl7.org/fhirpath/N1/#operator-precedence */
const STRENGTH: ReadonlyMap<string, number> = new Map([
  ...['*', '/', 'div', 'mod'].map((operator) => [operator, 9] as const),
  ...['+', '-', '&'].map((operator) => [operator, 8] as const),
  ...['is', 'as'].map((operator) => [operator, 7] as const),
  ['|', 6],
  ...['<=', '<', '>', '>='].map((operator) => [operator, 5] as const),
  ...['=', '~', '!=', '!~'].map((operator) => [operator, 4] as const),
  ...['in', 'contains'].map((operator) => [operator, 3] as const),
  ['and', 2],
  ...['or', 'xor'].map((operator) => [operator, 1] as const),
  ['implies', 0],
]);
/** Of a sign before its operand: only dots and brackets bind tighter. */
const SIGN_STRENGTH = 10;

/** Parentheses, arguments and brackets inside each other; more is left to the grammar. */
const MOST_DEPTH = 50;

/** The text is not plain: it has something that this parser leaves to the grammar, or a fault. */
class NotPlain extends Error {}

/**
 * Parses the FHIRPath that nearly all views consist of: names, functions, indexes, operators, numbers, strings and
 * constants. The parser of fhirpath.js takes a tenth of a second to load, and up to a millisecond for a path.
 *
 * Undefined for any other text, be it right or wrong, such as dates, quantities, delimited names and comments.
 */
export function parsePlain(text: string): Syntax | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  try {
    return createReader(tokens).whole();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

function tokensOf(text: string): readonly string[] | undefined {
  const rest = text.replace(/[ \r\n\t]+$/, '');
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; end < rest.length; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(rest)?.[1];
    if (token === undefined) return undefined;
    // A number with letters behind it is another kind of number, and two slashes are a comment.
    const next = rest.charAt(TOKEN.lastIndex);
    if (DIGITS.test(token) && /\w/.test(next)) return undefined;
    if (token === '/' && (next === '/' || next === '*')) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function createReader(tokens: readonly string[]) {
  let at = 0;
  let depth = 0;

  function take(): string {
    const token = tokens[at];
    if (token === undefined) throw new NotPlain();
    at += 1;
    return token;
  }

  function takes(wanted: string): boolean {
    if (tokens[at] !== wanted) return false;
    at += 1;
    return true;
  }

  function expect(wanted: string): void {
    if (!takes(wanted)) throw new NotPlain();
  }

  function name(token: string): string {
    if (!NAME.test(token) || KEYWORDS.has(token)) throw new NotPlain();
    return token;
  }

  function nested<T>(read: () => T): T {
    depth += 1;
    if (depth > MOST_DEPTH) throw new NotPlain();
    const result = read();
    depth -= 1;
    return result;
  }

  /** Reads operators that bind at least as tightly. */
  function expression(weakest: number): Syntax {
    let left = operand();
    for (;;) {
      const operator = tokens[at];
      const strength = operator === undefined ? undefined : STRENGTH.get(operator);
      if (operator === undefined || strength === undefined || strength < weakest) return left;
      at += 1;
      left =
        operator === 'is' || operator === 'as'
          ? { kind: 'typed', operator, operand: left, typeName: typeName() }
          : { kind: 'operator', operator, left, right: nested(() => expression(strength + 1)) };
    }
  }

  function typeName(): string {
    let found = name(take());
    while (takes('.')) found += `.${name(take())}`;
    // The grammar may end the name before the last dot here.
    if (tokens[at] === '(' || tokens[at] === '[') throw new NotPlain();
    return found;
  }

  function operand(): Syntax {
    const sign = tokens[at];
    if (sign === '+' || sign === '-') {
      at += 1;
      return { kind: 'sign', sign, operand: nested(() => expression(SIGN_STRENGTH)) };
    }
    let found = term();
    for (;;) {
      if (takes('.')) found = invocation(found);
      else if (takes('[')) {
        const index = nested(() => expression(0));
        expect(']');
        found = { kind: 'indexer', input: found, index };
      } else return found;
    }
  }

  function term(): Syntax {
    const token = take();
    if (token === '(') {
      const inside = nested(() => expression(0));
      expect(')');
      return inside;
    }
    if (token === '$this') return { kind: 'this' };
    if (token === 'true' || token === 'false') return literal('boolean', token);
    if (token.startsWith("'")) return literal('string', unescape(token.slice(1, -1)));
    if (token.startsWith('%')) return { kind: 'constant', name: name(token.slice(1)) };
    if (DIGITS.test(token))
      return literal(token.includes('.') ? 'decimal' : 'integer', withoutLeadingZeros(token));
    return memberOrCall(undefined, name(token));
  }

  function invocation(input: Syntax): Syntax {
    const token = take();
    const isFunction = FUNCTIONS.has(token) && tokens[at] === '(';
    return memberOrCall(input, isFunction ? token : name(token));
  }

  function memberOrCall(input: Syntax | undefined, found: string): Syntax {
    return takes('(')
      ? { kind: 'call', input, name: found, args: args() }
      : { kind: 'member', input, name: found };
  }

  function args(): readonly Syntax[] {
    if (takes(')')) return [];
    const list = [nested(() => expression(0))];
    while (takes(',')) list.push(nested(() => expression(0)));
    expect(')');
    return list;
  }

  return {
    whole(): Syntax {
      const found = expression(0);
      if (at < tokens.length) throw new NotPlain();
      return found;
    },
  };
}

function literal(code: LiteralCode, text: string): Syntax {
  return { kind: 'literal', code, text };
}
