import { expect, test } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOW = new Date('2026-11-20T10:00:00Z');

test.each([
  [null, undefined],
  ['5', 5000],
  ['0', 0],
  ['Fri, 20 Nov 2026 10:00:40 GMT', 40_000],
  ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %j means %j milliseconds', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});
