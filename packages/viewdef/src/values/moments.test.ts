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
    ['yesterday', '2020', undefined],
  ])('%s and %s give %s', (left, right, expected) => {
    expect(compareMoments(left, right)).toBe(expected);
    expect(compareMoments(right, left)).toBe(expected === undefined ? undefined : 0 - expected);
  });
});

describe('compareTimes', () => {
  test.each<[string, string, number | undefined]>([
    ['10:00:00', '10:00:00.000', 0],
    ['10:00', '10:00:00', undefined],
    ['10:00', '11:00:00', -1],
    ['10:30:00.5', '10:30:00.25', 1],
  ])('%s and %s give %s', (left, right, expected) => {
    expect(compareTimes(left, right)).toBe(expected);
  });
});
