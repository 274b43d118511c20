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

test.each([
  ['length', 'a🔥b', [], 3],
  ['length', '\ud83d', [], 1],
  ['length', '\u0065\u0301', [], 2],
  ['indexOf', 'a🔥b', ['b'], 2],
  ['indexOf', 'a🔥b', ['🔥'], 1],
  ['indexOf', 'a🔥b', ['c'], -1],
  ['substring', '𠮷田', [0, 1], '𠮷'],
  ['substring', '𠮷田', [1], '田'],
  ['substring', 'a🔥b', [1, 5], '🔥b'],
  ['substring', 'a🔥b', [3], undefined],
  ['substring', 'a🔥b', [0, -1], ''],
  ['substring', 'a🔥b', [-1], undefined],
] as const)('%s counts characters, of "%s" with %j', (operation, text, args, expected) => {
  expect(textOperation(operation, text, args, 0)).toBe(expected);
});
