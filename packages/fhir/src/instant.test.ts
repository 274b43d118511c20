import { expect, test } from '@jest/globals';
import { instantText, isInstant, readInstant } from './instant.js';

test.each(['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123456+05:30', '2016-12-31T23:59:60Z'])(
  '%s is an instant',
  (text) => {
    expect(isInstant(text)).toBe(true);
  },
);

test.each([
  '2026',
  '2026-01-31',
  '2026-01-31T12:00Z',
  '2026-01-31T12:00:00',
  '2026-13-01T00:00:00Z',
  '2026-01-31T24:00:00Z',
  '2024-02-30T00:00:00Z',
  '2026-01-31T12:00:00+14:01',
  '2026-01-31T12Z',
  ' 2026-01-31T12:00:00Z',
])('%s is not an instant', (text) => {
  expect(isInstant(text)).toBe(false);
});

test('a time is written as an instant in UTC', () => {
  expect(instantText(0)).toBe('1970-01-01T00:00:00.000Z');
});

test.each([
  ['2026-01-31', 'it has no time of day'],
  ['2026-01-31T12:00Z', 'it has no seconds'],
  ['2026-01-31T12:00:00', 'it has no offset from UTC'],
])('%s is refused as an instant with the reason', (text, fault) => {
  expect(readInstant(text)).toEqual({ fault });
});
