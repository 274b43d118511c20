import { describe, expect, test } from '@jest/globals';
import { NumberText } from '../cell.js';
import { boundary } from './boundaries.js';
import type { BoundedType } from './boundaries.js';

describe('boundary', () => {
  test.each<[BoundedType, string, string | undefined, string | undefined]>([
    ['date', '1970', '1970-01-01', '1970-12-31'],
    ['date', '1970-06', '1970-06-01', '1970-06-30'],
    ['date', '2020-02', '2020-02-01', '2020-02-29'],
    ['date', '2020-02-10', '2020-02-10', '2020-02-10'],
    ['dateTime', '2010-10-10', '2010-10-10T00:00:00.000+14:00', '2010-10-10T23:59:59.999-12:00'],
    ['dateTime', '2010-10-10T10:00Z', '2010-10-10T10:00:00.000Z', '2010-10-10T10:00:59.999Z'],
    [
      'dateTime',
      '2010-10-10T10:00:00.5-05:00',
      '2010-10-10T10:00:00.500-05:00',
      '2010-10-10T10:00:00.500-05:00',
    ],
    ['time', '12:34:00', '12:34:00.000', '12:34:00.999'],
    ['time', '12', '12:00:00.000', '12:59:59.999'],
    ['dateTime', '2024-01-31T10:00:00.123456Z', '2024-01-31T10:00:00.123456Z', '2024-01-31T10:00:00.123456Z'],
    ['time', '10:00:00.1234567890123', '10:00:00.1234567890123', '10:00:00.1234567890123'],
    ['date', 'soon', undefined, undefined],
    ['date', '2024-02-30', undefined, undefined],
    ['dateTime', '2024-02-30T10:00:00Z', undefined, undefined],
    ['time', '24:00', undefined, undefined],
  ])('of the %s %s is %s and %s', (type, value, low, high) => {
    expect(boundary('low', type, value, undefined, 0)).toBe(low);
    expect(boundary('high', type, value, undefined, 0)).toBe(high);
  });

  test.each<[BoundedType, number | NumberText, number, number]>([
    ['decimal', new NumberText('1.0'), 0.95, 1.05],
    ['decimal', new NumberText('1.00'), 0.995, 1.005],
    ['decimal', 1.587, 1.5865, 1.5875],
    ['decimal', 1, 0.95, 1.05],
    ['integer', 1, 0.5, 1.5],
    ['decimal', -0.25, -0.255, -0.245],
    ['decimal', new NumberText('1.5e2'), 149.95, 150.05],
    ['decimal', 0.1234567891, 0.12345678905, 0.12345678915],
  ])('of the %s %j lies half a unit to either side', (type, value, low, high) => {
    expect(boundary('low', type, value, undefined, 0)).toBe(low);
    expect(boundary('high', type, value, undefined, 0)).toBe(high);
  });

  test('can be asked for with a precision', () => {
    expect(boundary('low', 'decimal', 1.587, 2, 0)).toBe(1.58);
    expect(boundary('high', 'decimal', 1.587, 2, 0)).toBe(1.59);
    expect(boundary('low', 'decimal', 1.587, 9, 0)).toBeUndefined();
    expect(boundary('high', 'decimal', 0.1234567891, 8, 0)).toBe(0.12345679);
    expect(boundary('high', 'date', '2014', 6, 0)).toBe('2014-12');
    expect(boundary('low', 'dateTime', '2014', 12, 0)).toBe('2014-01-01T00:00+14:00');
    expect(boundary('low', 'date', '2014', 17, 0)).toBeUndefined();
    expect(boundary('high', 'time', '10:30', 4, 0)).toBe('10:30');
  });

  test('with a precision that cuts off digits of a second goes outwards', () => {
    const finer = '2024-12-31T23:59:59.9996Z';
    expect(boundary('low', 'dateTime', finer, 17, 0)).toBe('2024-12-31T23:59:59.999Z');
    expect(boundary('high', 'dateTime', finer, 17, 0)).toBe('2025-01-01T00:00:00.000Z');
    expect(boundary('high', 'dateTime', '2024-01-01T10:00:00.5Z', 14, 0)).toBe('2024-01-01T10:00:01Z');
    expect(boundary('high', 'dateTime', '2024-01-01T10:00:00.500Z', 17, 0)).toBe('2024-01-01T10:00:00.500Z');
    expect(boundary('high', 'dateTime', '9999-12-31T23:59:59.9996Z', 17, 0)).toBeUndefined();
    expect(boundary('high', 'time', '10:00:00.1239', 9, 0)).toBe('10:00:00.124');
    expect(boundary('high', 'time', '23:59:59.9996', 9, 0)).toBeUndefined();
  });

  test('of numbers with more digits than there is room for goes outwards', () => {
    const long = new NumberText(`1.${'3'.repeat(80)}`);
    expect(textOf(boundary('low', 'decimal', long, undefined, 0))).toBe(`1.${'3'.repeat(59)}`);
    expect(textOf(boundary('high', 'decimal', long, undefined, 0))).toBe(`1.${'3'.repeat(58)}4`);
  });
});

function textOf(bound: ReturnType<typeof boundary>): string {
  return bound instanceof NumberText ? bound.text : String(bound);
}
