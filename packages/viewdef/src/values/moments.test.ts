import { describe, expect, test } from '@jest/globals';
import { compareMoments, compareTimes } from './moments.js';

describe('compareMoments', () => {
  test.each<[string, string, number | undefined]>([
    ['2020', '2020', 0],
    ['2019', '2020-05', -1],
    ['2020-05', '2020-05-01', undefined],
    ['2020-06', '2020-05-01', 1],
    ['2020-01-01', '2020-01-01T00:00:00Z', undefined],
    ['2020-01-01T10:00:00Z', '2020-01-01T10:00:00.000Z', 0],
    ['2020-01-01T10:00:00.5Z', '2020-01-01T10:00:00.50Z', 0],
    ['2020-01-01T10:00:00.123456Z', '2020-01-01T10:00:00.123457Z', -1],
    ['2020-01-01T10:00Z', '2020-01-01T10:00:00Z', undefined],
    ['2020-01-01T05:00:00-05:00', '2020-01-01T10:00:00Z', 0],
    ['2019-12-31T23:30:00-01:00', '2020-01-01T00:30:00Z', 0],
    ['2020-02-28T23:30:00-01:00', '2020-02-29', undefined],
    ['2020-01-01T10:00:00', '2020-01-01T10:00:00Z', 0],
    ['0099-12-31T23:30:00-01:00', '0100-01-01T00:30:00Z', 0],
    ['9999-12-31T23:59:59-12:00', '9999-12-31T23:59:59Z', 1],
    ['0001-01-01T00:00:00+14:00', '0001-01-01T00:00:00Z', -1],
    ['2020-01-01T10:00:00.1234567890Z', '2020-01-01T10:00:00.123456789Z', 0],
    ['2020-01-01T10:00:00.12345678901Z', '2020-01-01T10:00:00.123456789Z', 1],
    ['2020-01-01T10:00:00.5Z', '2020-01-01T10:00:00.123456789012Z', 1],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z', -1],
  ])('%s and %s give %s', (left, right, expected) => {
    expect(signOf(compareMoments(left, right))).toBe(expected);
    expect(signOf(compareMoments(right, left))).toBe(expected === undefined ? undefined : 0 - expected);
  });

  test.each([
    'yesterday',
    '2024-02-30',
    '2023-02-29',
    '2024-04-31',
    '2024-13',
    '0000-01-01',
    '2024-01-01T24:00:00Z',
    '2024-01-01T10:60:00Z',
    '2024-01-01T10:00:61Z',
    '2024-01-01T10:00:60Z',
    '2024-01-01T10:00:00+14:01',
    '2024-01-01T',
    '2024-01-01T10:00:00.Z',
    '2024-01-01Z',
  ])('%s is no moment, and equal to the same text only', (text) => {
    expect(compareMoments(text, '2020')).toBeUndefined();
    expect(compareMoments('2020', text)).toBeUndefined();
    expect(compareMoments(text, text)).toBe(0);
  });
});

describe('compareTimes', () => {
  test.each<[string, string, number | undefined]>([
    ['10:00:00', '10:00:00.000', 0],
    ['10:00', '10:00:00', undefined],
    ['10:00', '11:00:00', -1],
    ['10:30:00.5', '10:30:00.25', 1],
    ['T10:30:00', '10:30:00', 0],
    ['24:00:00', '10:00:00', undefined],
  ])('%s and %s give %s', (left, right, expected) => {
    expect(signOf(compareTimes(left, right))).toBe(expected);
  });
});

function signOf(order: number | undefined): number | undefined {
  return order === undefined ? undefined : Math.sign(order);
}
