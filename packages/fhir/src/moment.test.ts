import { describe, expect, test } from '@jest/globals';
import { countedMoment, isLater, momentOf, wholeNanoseconds, type Moment } from './moment.js';

function moment(text: string): Moment {
  const found = momentOf(text);
  if (found === undefined) throw new Error(`${text} is no instant`);
  return found;
}

describe('a moment', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00+01:00'],
    ['2026-01-31T23:30:00-05:30', '2026-02-01T05:00:00Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500000000Z'],
    ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00Z'],
    ['1969-12-31T23:59:59.9Z', '1970-01-01T00:59:59.900+01:00'],
    ['0099-01-01T00:00:00Z', '0099-01-01T01:00:00+01:00'],
  ])('is the same for %s and %s', (left, right) => {
    expect(moment(left)).toEqual(moment(right));
  });

  test.each([
    ['2026-01-31T12:00:00.000000001Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.0000000000001Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.4999999999999999Z'],
    ['2026-01-31T12:00:01Z', '2026-01-31T12:00:00.999999999Z'],
    ['2026-01-31T12:00:00-00:01', '2026-01-31T12:00:00Z'],
    ['1970-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z'],
  ])('%s is later than %s, and not the other way round', (later, earlier) => {
    expect(isLater(moment(later), moment(earlier))).toBe(true);
    expect(isLater(moment(earlier), moment(later))).toBe(false);
    expect(isLater(moment(later), moment(later))).toBe(false);
  });

  test('is nothing for a date', () => {
    expect(momentOf('2026-01-31')).toBeUndefined();
  });

  test.each([
    ['2026-01-31T12:00:00Z', 0],
    ['2026-01-31T12:00:00.5Z', 500_000_000],
    ['2026-01-31T12:00:00.0123456789Z', 12_345_678],
  ])('%s is a whole number of nanoseconds: %d', (text, nanoseconds) => {
    expect(wholeNanoseconds(moment(text))).toBe(nanoseconds);
  });

  test('is counted also for a day or an offset that cannot be', () => {
    expect(countedMoment('2024-02-30T00:00:00.5Z')).toEqual(moment('2024-03-01T00:00:00.5Z'));
    expect(countedMoment('2024-02-29T00:00:00+14:01')).toEqual(moment('2024-02-28T09:59:00Z'));
    expect(countedMoment('2024-02-29')).toBeUndefined();
    expect(countedMoment('soon')).toBeUndefined();
  });
});
