import { expect, test } from '@jest/globals';
import { chooseDefault } from './source-choice.js';

function sourcesOf(...names: readonly string[]) {
  return new Map(names.map((name) => [name, { fhirVersion: 'R4' as const, baseUrls: [] }]));
}

test.each([
  [['default'], undefined, 'default'],
  [['north'], undefined, 'north'],
  [['default', 'north'], undefined, 'default'],
  [['north', 'south'], undefined, undefined],
  [['north', 'south'], 'south', 'south'],
  [['default', 'north'], 'default', 'default'],
])('of %j, with DEFAULT_SOURCE %s, the default is %s', (names, configured, expected) => {
  expect(chooseDefault(sourcesOf(...names), configured).defaultSource).toBe(expected);
});

test('a default that is no source is refused with the names of those there are', () => {
  expect(() => chooseDefault(sourcesOf('north', 'south'), 'soth')).toThrow('"north", "south"');
});

test('a default beside a source that is named so is refused', () => {
  expect(() => chooseDefault(sourcesOf('default', 'north'), 'north')).toThrow('named default');
});
