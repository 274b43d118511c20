import { expect, test } from '@jest/globals';
import { ranked } from './ranked.js';

test.each([
  [0.5, 2],
  [0.75, 3],
  [0.76, 10],
  [1, 10],
])('the value at the share %d of four is one of them, whatever their order', (share, value) => {
  expect(ranked([10, 3, 1, 2], share)).toBe(value);
});

test('no values have no rank', () => {
  expect(ranked([], 0.5)).toBeNaN();
});
