import type { Syntax } from './syntax.js';

const MEMBERS = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Names with another use in the grammar of FHIRPath: its parser decides by their place. */
const KEYWORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'xor',
  'implies',
  'div',
  'mod',
  'is',
  'as',
  'in',
  'contains',
  'true',
  'false',
  'sort',
  'asc',
  'desc',
  'year',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'years',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
]);

/**
 * Parses a path of names alone, such as `code.coding.system`: half of all paths are, and the parser of fhirpath.js takes up
 * to a millisecond for one. Undefined for any other.
 */
export function parseMembers(text: string): Syntax | undefined {
  if (!MEMBERS.test(text)) return undefined;
  let syntax: Syntax | undefined;
  for (const name of text.split('.')) {
    if (KEYWORDS.has(name)) return undefined;
    syntax = { kind: 'member', input: syntax, name };
  }
  return syntax;
}
