import { expect, test } from '@jest/globals';
import { textOperation } from './text.js';

test.each([
  ['ab', '-a-b-'],
  ['😀', '-😀-'],
  ['', '-'],
])('an empty pattern is found around each character of "%s"', (text, expected) => {
  expect(textOperation('replace', text, ['', '-'], 0)).toBe(expected);
});

test('a substitution is taken as it stands', () => {
  expect(textOperation('replace', 'a.b', ['.', '$&'], 0)).toBe('a$&b');
});
