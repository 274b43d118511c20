import { expect, test } from '@jest/globals';
import { isWithin } from './scan-limits.js';

const limits = { lowest: 3, median: 4.5 };

test('the scan is within its limits when its slowest view and its median are', () => {
  expect(isWithin(limits, { lowest: 3, median: 4.5 })).toBe(true);
  expect(isWithin(limits, { lowest: 2.99, median: 6 })).toBe(false);
  expect(isWithin(limits, { lowest: 4, median: 4.49 })).toBe(false);
});

test('it is not within them when it took no view', () => {
  expect(isWithin(limits, undefined)).toBe(false);
});
