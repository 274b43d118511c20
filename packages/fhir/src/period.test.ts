import { expect, test } from '@jest/globals';
import { hasUnreadableBoundary, isWithin } from './period.js';

test.each([
  [{}, '2026-06-15T12:00:00Z', true],
  [{ start: '2026' }, '2026-01-01T00:00:00Z', true],
  [{ start: '2026' }, '2025-12-31T23:59:59Z', false],
  [{ end: '2026' }, '2026-12-31T23:59:59.999Z', true],
  [{ end: '2026' }, '2027-01-01T00:00:00Z', false],
  [{ end: '2026-02' }, '2026-02-28T23:59:59Z', true],
  [{ end: '2026-02' }, '2026-03-01T00:00:00Z', false],
  [{ start: '2026-03-05', end: '2026-03-05' }, '2026-03-05T18:00:00Z', true],
  [{ start: '2026-03-05', end: '2026-03-05' }, '2026-03-06T00:00:00Z', false],
  [{ end: '2026-03-05T12:00:00+02:00' }, '2026-03-05T10:00:00.500Z', true],
  [{ end: '2026-03-05T12:00:00+02:00' }, '2026-03-05T10:00:01Z', false],
  [{ start: '2026-03-05T12:00:00.250Z' }, '2026-03-05T12:00:00.249Z', false],
  [{ end: '2026-03-05T12:00' }, '2026-03-05T12:00:59.999Z', true],
  [{ end: '2026-03-05T12:00' }, '2026-03-05T12:01:00Z', false],
  [{ end: '2024-02-30' }, '2026-03-05T12:00:00Z', true],
  [{ start: 'soon', end: 7 }, '2026-03-05T12:00:00Z', true],
])('%j holds %s: %s', (period, at, expected) => {
  expect(isWithin(period, Date.parse(at))).toBe(expected);
});

test.each([
  [{}, false],
  [{ start: '2026', end: null }, false],
  [{ start: '2024-02-30' }, true],
  [{ start: '2026', end: 7 }, true],
])('%j has a boundary that cannot be read: %s', (period, expected) => {
  expect(hasUnreadableBoundary(period)).toBe(expected);
});
