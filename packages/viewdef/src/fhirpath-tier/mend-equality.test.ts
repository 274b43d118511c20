import { expect, test } from '@jest/globals';
import type { Cell, JsonValue } from '../cell.js';
import { compileView } from '../compile-view.js';

/** The only cell of the only row, by fhirpath.js. */
function evaluate(path: string, resource: { readonly [key: string]: JsonValue } = {}): Cell | undefined {
  const column = [{ name: 'value', path }];
  const view = compileView({ resource: 'Patient', select: [{ column }] }, { engine: 'fhirpath' });
  let cell: Cell | undefined;
  view.evaluate({ resourceType: 'Patient', ...resource }, ([first]) => {
    cell = first;
  });
  return cell;
}

test.each([
  ['(1 | 2 | 3) ~ (3 | 2 | 1)', true],
  ["('a' | 'b') ~ ('B' | 'A')", true],
  ["('a' | 'b') ~ ('b' | 'c')", false],
  ["('a' | 'b') ~ ('b' | 'a' | 'c')", false],
  ['(1 | 2).combine(1) ~ (1 | 2).combine(2)', false],
  ["('a' | 'b') !~ ('b' | 'a')", false],
  ["('a' | 'b') !~ ('b' | 'c')", true],
  ["('a' | 'b') = ('b' | 'a')", false],
  ["('a' | 'b') != ('b' | 'a')", true],
  ["('a' | 'b') = ('a' | 'b')", true],
  ["('a' | 'b') = ('a' | 'b' | 'c')", false],
  ['{} ~ {}', true],
  ['1 ~ {}', false],
  ['1.10 ~ 1.1', true],
  ['1.2 / 1.8 ~ 0.67', true],
  ["1 'cm' ~ 0.01 'm'", true],
  ["'a b' ~ 'A\\tB'", true],
])('lists are equivalent in any order, and equal in theirs: %s is %s', (path, expected) => {
  expect(evaluate(path)).toBe(expected);
});

test.each([
  ['(@2020 | @2021) = (@2020-01 | @2021)', null],
  ['(@2020 | @2021) != (@2020-01 | @2021)', null],
  ['(@2020 | @2021) = (@2020-01 | @2022)', false],
  ['(@2020 | @2021) != (@2020-01 | @2022)', true],
  ['(@2020 | @2021) ~ (@2020-01 | @2021)', false],
])('a pair that is left open leaves open whether lists are equal: %s is %s', (path, expected) => {
  expect(evaluate(path)).toBe(expected);
});

test('the lists within elements are equivalent in any order, but not equal', () => {
  const coding = [{ code: 'a', display: 'One' }, { code: 'b' }];
  const contact = [
    { relationship: [{ coding, text: 'x' }] },
    { relationship: [{ text: 'X', coding: [{ code: 'b' }, { display: 'one', code: 'a' }] }] },
    { relationship: [{ coding: [{ code: 'b' }], text: 'x' }] },
  ];
  const [first, second, third] = [0, 1, 2].map((at) => `contact[${at}].relationship`);
  expect(evaluate(`${first} ~ ${second}`, { contact })).toBe(true);
  expect(evaluate(`${first} !~ ${second}`, { contact })).toBe(false);
  expect(evaluate(`${first} = ${second}`, { contact })).toBe(false);
  expect(evaluate(`${first} ~ ${third}`, { contact })).toBe(false);
  expect(evaluate(`contact ~ (${first} | {})`, { contact })).toBe(false);
});
