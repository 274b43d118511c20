import { expect, test } from '@jest/globals';
import { growingPauseMs } from './growing-pause.js';

const terms = { firstMs: 100, lastMs: 5_000 };

test.each([
  [1, 100],
  [2, 200],
  [4, 800],
  [7, 5_000],
  [10_000, 5_000],
])('the pause after failure %d is about %d ms', (failures, about) => {
  for (let n = 0; n < 200; n += 1) {
    const pause = growingPauseMs(failures, terms);
    expect(pause).toBeGreaterThanOrEqual(about * 0.8);
    expect(pause).toBeLessThanOrEqual(about * 1.2);
  }
});

test('two processes do not pause equally long', () => {
  const pauses = Array.from({ length: 20 }, () => growingPauseMs(5, terms));
  expect(new Set(pauses).size).toBeGreaterThan(1);
});
