import { describe, expect, test } from '@jest/globals';
import { addToMoment, addToTime, durationOf, timeUnits } from './durations.js';
import type { TimeUnit } from './durations.js';

type Case = readonly [text: string, amount: string, unit: TimeUnit, sum: string | undefined];

describe('a moment and a duration', () => {
  test.each<Case>([
    ['2024-01-31T10:00:00.123456Z', '0', 'day', '2024-01-31T10:00:00.123456Z'],
    ['2018-03-01T00:00:00Z', '1', 'month', '2018-04-01T00:00:00Z'],
    ['2024-01-31', '1', 'month', '2024-02-29'],
    ['2023-01-31T23:00:00-05:00', '1', 'month', '2023-02-28T23:00:00-05:00'],
    ['2024-02-29', '1', 'year', '2025-02-28'],
    ['2024-03-31', '-1', 'month', '2024-02-29'],
    ['2024-01-15', '-13', 'month', '2022-12-15'],
    ['1973-12-25', '7.7', 'day', '1974-01-01'],
    ['1973-12-25', '-1.9', 'day', '1973-12-24'],
    ['2024-12-28', '1', 'week', '2025-01-04'],
    ['1973-12-25T00:00:00.000+10:00', '10', 'millisecond', '1973-12-25T00:00:00.010+10:00'],
    ['1973-12-25T00:00:00.000+10:00', '0.1', 'second', '1973-12-25T00:00:00.100+10:00'],
    ['2024-01-31T10:00:00.5Z', '0.25', 'second', '2024-01-31T10:00:00.75Z'],
    ['2024-01-31T10:00:00Z', '1000', 'millisecond', '2024-01-31T10:00:01Z'],
    ['2024-01-31T10:00:00Z', '0.0000000000001', 'second', '2024-01-31T10:00:00.0000000000001Z'],
    ['2024-01-01T00:10:00Z', '-30', 'minute', '2023-12-31T23:40:00Z'],
    ['2024-02-28T23:30Z', '90.5', 'second', '2024-02-28T23:31Z'],
    ['2024-02-28T23', '25', 'hour', '2024-03-01T00'],
    ['2024-02-28T23+05:30', '119', 'minute', '2024-02-29T00+05:30'],
    ['2016-12-31T23:59:60Z', '1', 'second', '2017-01-01T00:00:01Z'],
    ['2024-01-31T10:00:00', '1', 'hour', '2024-01-31T11:00:00'],
  ])('%s + %s %s is %s', (text, amount, unit, sum) => {
    expect(sumOf(addToMoment, text, amount, unit)).toBe(sum);
  });

  test.each<Case>([
    ['2014', '24', 'month', '2016'],
    ['2014', '23', 'month', '2015'],
    ['2014', '365', 'day', '2015'],
    ['2014', '364', 'day', '2014'],
    ['2014-11', '60', 'day', '2015-01'],
    ['2014-01', '4', 'week', '2014-01'],
    ['2014-01-01', '25', 'hour', '2014-01-02'],
    ['2014-01-01', '86399999', 'millisecond', '2014-01-01'],
    ['2014-01-01', '-86400', 'second', '2013-12-31'],
  ])('is as precise as the moment: %s + %s %s is %s', (text, amount, unit, sum) => {
    expect(sumOf(addToMoment, text, amount, unit)).toBe(sum);
  });

  test.each<Case>([
    ['9999-12-31', '1', 'day', undefined],
    ['0001-01-01T00:00:00Z', '-1', 'millisecond', undefined],
    ['0001', '-1', 'year', undefined],
    ['2024', `1${'0'.repeat(30)}`, 'year', undefined],
    ['2024-02-30', '1', 'day', undefined],
    ['soon', '1', 'day', undefined],
  ])('beyond the calendar is empty: %s + %s %s', (text, amount, unit, sum) => {
    expect(sumOf(addToMoment, text, amount, unit)).toBe(sum);
  });
});

describe('a time and a duration', () => {
  test.each<Case>([
    ['01:00:00', '2', 'hour', '03:00:00'],
    ['23:00:00', '50', 'hour', '01:00:00'],
    ['00:00:00', '-0.5', 'second', '23:59:59.5'],
    ['T10:30', '90', 'second', '10:31'],
    ['10', '90', 'minute', '11'],
    ['10:00:00.250', '750', 'millisecond', '10:00:01.000'],
    ['25:00', '1', 'hour', undefined],
  ])('%s + %s %s is %s', (text, amount, unit, sum) => {
    expect(sumOf(addToTime, text, amount, unit)).toBe(sum);
  });
});

test('units are named by calendar words and by UCUM codes of definite durations', () => {
  expect(timeUnits.get('years')).toBe('year');
  expect(timeUnits.get("'min'")).toBe('minute');
  expect(timeUnits.get("'mo'")).toBeUndefined();
  expect(timeUnits.get("'a'")).toBeUndefined();
});

function sumOf(add: typeof addToMoment, text: string, amount: string, unit: TimeUnit): string | undefined {
  const duration = durationOf(amount, unit);
  return duration && add(text, duration);
}
