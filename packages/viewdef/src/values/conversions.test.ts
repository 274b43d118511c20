import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NumberText } from '../cell.js';
import { toInteger, toText } from './conversions.js';

describe('toString()', () => {
  test.each([
    ['text', 'a', 'a'],
    ['a boolean', false, 'false'],
    ['a number', 1.5, '1.5'],
    ['a number with zeros at its end', new NumberText('1.50'), '1.50'],
    ['a number with an exponent', new NumberText('1E400'), '1E400'],
  ])('of %s is what was written', (_, value, text) => {
    expect(toText(value)).toBe(text);
  });

  test('of an object is nothing', () => {
    expect(toText({ a: 1 })).toBeUndefined();
  });
});

describe('toInteger()', () => {
  test('takes text of a whole number of 32 bits, with or without a sign', () => {
    const whole = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(whole, (number) => {
        expect(toInteger(String(number))).toBe(number);
        expect(toInteger(number)).toBe(number);
        if (number >= 0) expect(toInteger(`+00${String(number)}`)).toBe(number);
      }),
    );
  });

  test.each([true, false])('of %s is 1 or 0', (value) => {
    expect(toInteger(value)).toBe(value ? 1 : 0);
  });

  test.each(['', '+', '1.0', '1e3', ' 1', '0x1', '2147483648', '-2147483649', '٧'])(
    'of "%s" is nothing',
    (text) => {
      expect(toInteger(text)).toBeUndefined();
    },
  );

  test('does not round, and is never the negative zero', () => {
    expect(toInteger(1.5)).toBeUndefined();
    expect(toInteger(new NumberText('5.0'))).toBeUndefined();
    expect(Object.is(toInteger('-0'), 0)).toBe(true);
  });
});
