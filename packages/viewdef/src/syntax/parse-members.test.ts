import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFhirpath } from './parse-fhirpath.js';
import { parseMembers } from './parse-members.js';

/** A blank keeps a path from being taken for names alone, and changes nothing else. */
const byGrammar = (text: string): unknown => parseFhirpath(`${text} `);

const keywords = [
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
  'months',
  'week',
  'days',
  'hour',
  'minutes',
  'second',
  'milliseconds',
];
const names = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
  fc.constantFrom('id', 'Patient', 'value', '_birthDate', 'a1', 'constructor', '__proto__', 'True', 'ands'),
);

test('names with dots between them follow the grammar', () => {
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), (list) => {
      fc.pre(!list.some((name) => keywords.includes(name)));
      const text = list.join('.');
      expect(parseMembers(text)).toEqual(byGrammar(text));
      expect(parseFhirpath(text)).toEqual(byGrammar(text));
    }),
  );
});

test.each(keywords)('%s is left to the grammar, wherever it stands', (keyword) => {
  for (const text of [keyword, `a.${keyword}`, `${keyword}.a`]) expect(parseMembers(text)).toBeUndefined();
});

test.each([
  '',
  ' a',
  'a ',
  'a..b',
  'a.',
  '.a',
  '1a',
  'a.1',
  'a-b',
  '`a`',
  '$this',
  'a.b()',
  'ä',
  'a\n',
  "'a'",
  '%a',
])('"%s" is no path of names alone', (text) => {
  expect(parseMembers(text)).toBeUndefined();
});
