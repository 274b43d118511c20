import { expect, it } from '@jest/globals';
import { spreadOf } from './spread.js';

it.each([
  [Array.from({ length: 100 }, (_, index) => 100 - index), { p50: 50, p99: 99 }],
  [[3, 1, 2], { p50: 2, p99: 3 }],
  [[7], { p50: 7, p99: 7 }],
  [[], { p50: Number.NaN, p99: Number.NaN }],
])('the spread of %j is %j', (values, expected) => {
  expect(spreadOf(values)).toEqual(expected);
});
