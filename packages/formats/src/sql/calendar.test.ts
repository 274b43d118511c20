import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayMicros, epochDays, epochMicros } from './calendar.js';

describe('a date', () => {
  it.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11_016],
    ['0001-01-01', -719_162],
    ['9999-12-31', 2_932_896],
  ])('%s is day %d', (text, days) => {
    expect(epochDays(text)).toBe(days);
  });

  it.each([
    '2024',
    '2024-02',
    '2024-02-01T00:00:00Z',
    '0000-01-01',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-32',
    '2024-1-1',
    '',
  ])('"%s" is no full date', (text) => {
    expect(epochDays(text)).toBeUndefined();
  });

  it('is the day that Date gives', () => {
    const day = fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const text = date.toISOString().slice(0, 10);
        expect(epochDays(text)).toBe(Date.parse(text) / 86_400_000);
      }),
    );
  });
});

describe('a time of day', () => {
  it.each([
    ['00:00:00', 0],
    ['13:05:00.5', 47_100_500_000],
    ['23:59:59.999999', 86_399_999_999],
    ['23:59:59.9999999', 86_399_999_999],
  ])('%s is %d microseconds', (text, micros) => {
    expect(dayMicros(text)).toBe(micros);
  });

  it.each(['24:00:00', '12:60:00', '12:00:61', '23:59:60', '12:00', '12', ''])('"%s" is refused', (text) => {
    expect(dayMicros(text)).toBeUndefined();
  });
});

describe('an instant', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['1970-01-01T01:30:00+01:30', 0n],
    ['1969-12-31T23:59:59.999999Z', -1n],
    ['1970-01-01T14:00:00+14:00', 0n],
    ['1969-12-31T10:00:00-14:00', 0n],
    ['2024-02-29T13:05:00.1234567-05:00', 1_709_229_900_123_456n],
    ['2016-12-31T23:59:60Z', 1_483_228_800_000_000n],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000_000n],
    ['9999-12-31T23:59:59.999999Z', 253_402_300_799_999_999n],
  ])('%s is %d microseconds', (text, micros) => {
    expect(epochMicros(text, true)).toBe(micros);
  });

  it.each([
    '2024',
    '2024-02',
    '2024-02-29',
    '2024-02-29T13:05Z',
    '2024-02-29T13Z',
    'now',
    '2023-02-29T00:00:00Z',
    '2024-02-29T25:00:00Z',
    '0000-01-01T00:00:00Z',
    '2024-02-29T12:00:60Z',
    ...['+14:01', '-14:01', '+15:00', '-24:00', '+99:99', '+00:60', '-05:75', '+5:00', '+0500'].map(
      (offset) => `2024-02-29T12:00:00${offset}`,
    ),
  ])('"%s" is refused', (text) => {
    expect(epochMicros(text, false)).toBeUndefined();
  });

  it('has an offset unless the column does without', () => {
    expect(epochMicros('1970-01-01T00:00:01', true)).toBeUndefined();
    expect(epochMicros('1970-01-01T00:00:01', false)).toBe(1_000_000n);
  });
});
