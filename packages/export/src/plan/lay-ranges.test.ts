import { expect, test } from '@jest/globals';
import { layRanges } from './lay-ranges.js';
import { MAX_VIEWS_PER_PASS, passesOf } from './pass.js';

const inputs = new Map([
  ['Patient', [{ input: 'p', offsets: [0, 40, 100] }]],
  [
    'Group',
    [
      { input: 'empty', offsets: [0, 0] },
      { input: 'g', offsets: [0, 7] },
    ],
  ],
]);

const views = (...types: readonly string[]) =>
  types.map((resourceType) => ({ resourceType, isAlone: false }));

test('the views of a type share a pass, up to as many as a pass may have', () => {
  const patients = Array.from({ length: MAX_VIEWS_PER_PASS + 1 }, () => 'Patient');
  const passes = passesOf(views('Group', ...patients));
  expect(passes.map(({ resourceType }) => resourceType)).toEqual(['Group', 'Patient', 'Patient']);
  expect(passes.map(({ subjects }) => subjects)).toEqual([[0], patients.slice(1).map((_, n) => n + 1), [9]]);
});

test('a subject that is read alone has a pass of its own', () => {
  const alone = { resourceType: 'Patient', isAlone: true };
  const passes = passesOf([alone, ...views('Patient', 'Patient'), alone]);
  expect(passes.map(({ subjects }) => subjects)).toEqual([[1, 2], [0], [3]]);
});

test('ranges come by pass, input and position, and an empty input has none', () => {
  expect(layRanges(views('Patient', 'Group', 'Patient', 'Device'), inputs)).toEqual({
    inputs: ['p', 'empty', 'g'],
    passes: [
      { resourceType: 'Patient', subjects: [0, 2] },
      { resourceType: 'Group', subjects: [1] },
      { resourceType: 'Device', subjects: [3] },
    ],
    ranges: [
      { pass: 0, input: 0, start: 0, end: 40 },
      { pass: 0, input: 0, start: 40, end: 100 },
      { pass: 1, input: 2, start: 0, end: 7 },
    ],
  });
});

test('a second pass over a type reads the same inputs again', () => {
  const types = Array.from({ length: MAX_VIEWS_PER_PASS + 1 }, () => 'Group');
  const { inputs: read, ranges } = layRanges(views(...types), inputs);
  expect(read).toEqual(['empty', 'g']);
  expect(ranges.map(({ pass, input }) => [pass, input])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});
