import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDateTime, readTimeOfDay } from './date-time.js';
import { isInstant } from './instant.js';

const two = (number: number): string => String(number).padStart(2, '0');
const four = (number: number): string => String(number).padStart(4, '0');

/** Every day that there is, by the calendar of the host. */
const days = fc
  .integer({ min: Date.UTC(1, 0, 1) - 1899 * 366 * 86_400_000, max: Date.UTC(9999, 11, 31) })
  .map((ms) => new Date(ms))
  .filter((date) => date.getUTCFullYear() >= 1)
  .map((date) => `${four(date.getUTCFullYear())}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`);

const clocks = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.stringMatching(/^(\.\d{1,30})?$/))
  .map(([hour, minute, second, fraction]) => `${two(hour)}:${two(minute)}:${two(second)}${fraction}`);

const offsets = fc.oneof(
  fc.constant('Z'),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 * 60 }))
    .map(([sign, minutes]) => `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`),
);

const isRead = (text: string): boolean => 'value' in readDateTime(text);

describe('a date or time', () => {
  test('is read when the calendar has its day, the day its time, and UTC its offset', () => {
    fc.assert(
      fc.property(days, clocks, offsets, (day, clock, offset) => {
        const texts = [day.slice(0, 4), day.slice(0, 7), day, `${day}T${clock}`, `${day}T${clock}${offset}`];
        expect(texts.filter((text) => !isRead(text))).toEqual([]);
        expect(isInstant(`${day}T${clock}${offset}`)).toBe(true);
      }),
    );
  });

  test('is the day of the calendar that it was before', () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(19), fc.nat(39), (year, month, day) => {
        const text = `${four(year)}-${two(month)}-${two(day)}`;
        const ofHost = new Date(0);
        ofHost.setUTCFullYear(year, month - 1, day);
        const isReal =
          year > 0 && ofHost.getUTCMonth() === month - 1 && ofHost.getUTCDate() === day && month <= 12;
        expect(isRead(text)).toBe(isReal);
      }),
      { numRuns: 2000 },
    );
  });

  test('is refused when its time or its offset cannot be', () => {
    const clock = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99));
    const offset = fc.tuple(fc.nat(99), fc.nat(99));
    fc.assert(
      fc.property(clock, offset, ([hour, minute, second], [hours, minutes]) => {
        const isPossible =
          hour < 24 && minute < 60 && second < 60 && minutes < 60 && hours * 60 + minutes <= 14 * 60;
        const text = `2024-05-15T${two(hour)}:${two(minute)}:${two(second)}+${two(hours)}:${two(minutes)}`;
        expect(isRead(text)).toBe(isPossible);
        expect('value' in readTimeOfDay(`${two(hour)}:${two(minute)}:${two(second)}`)).toBe(
          hour < 24 && minute < 60 && second < 60,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('is nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isRead(text)).toBe(/^\d{4}$/.test(text) && text !== '0000');
      }),
    );
  });

  test.each([
    ['2024-02-30', '2024-02 has 29 days, and no day 30'],
    ['2023-02-29T00:00:00Z', '2023-02 has 28 days, and no day 29'],
    ['1900-02-29', '1900-02 has 28 days, and no day 29'],
    ['2024-04-31', '2024-04 has 30 days, and no day 31'],
    ['2024-01-00', '2024-01 has 31 days, and no day 00'],
    ['0000-01-01', 'there is no year 0000'],
    ['2024-13-01', 'there is no month 13'],
    ['2024-01-01T24:00:00Z', 'there is no hour 24'],
    ['2024-01-01T00:60:00Z', 'there is no minute 60'],
    ['2024-01-01T00:00:61Z', 'there is no second 61'],
    ['2024-01-01T00:00:60Z', 'there is no second 60 except at the end of a month in UTC'],
    ['2024-01-01T00:00:00+14:01', 'there is no offset +14:01; the largest is 14:00'],
    ['2024-01-01T00:00:00-00:60', 'there is no offset -00:60; the largest is 14:00'],
    ['2024-1-1', expect.stringContaining('it is not written as 2026')],
  ])('%s is refused with the reason', (text, fault) => {
    expect(readDateTime(text)).toEqual({ fault });
  });

  test.each(['2016-12-31T23:59:60Z', '2017-01-01T01:59:60.5+02:00', '2012-06-30T13:59:60-10:00'])(
    '%s is the leap second at the end of a month',
    (text) => {
      expect(isInstant(text)).toBe(true);
    },
  );

  test('says all that its text says', () => {
    expect(readDateTime('2024-02-29T23:59:58.0120-03:30')).toEqual({
      value: {
        year: 2024,
        month: 2,
        day: 29,
        hour: 23,
        minute: 59,
        second: 58,
        fraction: '0120',
        offset: -210,
      },
    });
  });
});
