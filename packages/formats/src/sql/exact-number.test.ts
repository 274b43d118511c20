import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unscaled } from './exact-number.js';

describe('the unscaled integer of a number', () => {
  it.each<[string, number, bigint]>([
    ['0', 2, 0n],
    ['-0.000', 0, 0n],
    ['1.10', 2, 110n],
    ['1.100', 1, 11n],
    ['1e3', 0, 1000n],
    ['-1.5E-2', 3, -15n],
    ['12345678901234567890', 0, 12345678901234567890n],
    ['120e-1', 0, 12n],
    ['0e999999999', 0, 0n],
  ])('%s at scale %d is %d', (text, scale, integer) => {
    expect(unscaled(text, scale, 20)).toBe(integer);
  });

  it.each<[string, string, number, number]>([
    ['digits would be lost', '1.234', 2, 20],
    ['there are too many digits', '1000', 0, 3],
    ['the scale makes it too long', '10', 3, 4],
    ['the exponent is huge', '1e999999999', 0, 38],
    ['the exponent is beyond any number', '1e99999999999', 0, 38],
    ['it is no number', 'abc', 0, 38],
    ['it is empty', '', 0, 38],
    ['it is hexadecimal', '0x10', 0, 38],
  ])('does not exist when %s', (_, text, scale, maxDigits) => {
    expect(unscaled(text, scale, maxDigits)).toBeUndefined();
  });

  it('gives every integer back, however it is written', () => {
    const shift = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), shift, (integer, places) => {
        expect(unscaled(`${integer}e-${places}`, places, 31)).toBe(integer);
      }),
    );
  });
});
