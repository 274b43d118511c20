import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NumberText } from '../cell.js';
import { PathFault } from './faults.js';
import { calculate, compareNumbers, equalNumbers } from './numbers.js';

const text = (digits: string): NumberText => new NumberText(digits);

describe('arithmetic', () => {
  test.each([
    ['0.1 + 0.2 is exact', calculate('+', 0.1, 0.2, 0), 0.3],
    ['zeros that do not count are dropped', calculate('+', text('1.10'), text('1.10'), 0), 2.2],
    ['twenty digits stay', calculate('+', text('12345678901234567890'), 1, 0), text('12345678901234567891')],
    ['a quotient that ends is exact', calculate('/', 3, 2, 0), 1.5],
    [
      'a quotient that does not is rounded to 20 digits',
      calculate('/', 2, 3, 0),
      text('0.66666666666666666667'),
    ],
    ['dividing by zero gives nothing', calculate('/', 1, 0, 0), undefined],
    ['div truncates', calculate('div', -7, 2, 0), -3],
    ['mod has the sign of the dividend', calculate('mod', -7, 2, 0), -1],
    [
      'large products are exact',
      calculate('*', 9007199254740991, 9007199254740991, 0),
      text('8.1129638414606663681390495662081e+31'),
    ],
  ])('%s', (_title, actual, expected) => {
    expect(actual).toEqual(expected);
  });

  test('on anything but numbers is a fault that does not show the value', () => {
    expect(() => calculate('+', 'secret', 1, 7)).toThrow(PathFault);
    expect(() => calculate('+', 'secret', 1, 7)).toThrow(/^calculates with a string; expected a number$/);
  });

  test('of huge exponents stays small', () => {
    expect(calculate('+', text('1e999999'), 1, 0)).toEqual(text('1e+999999'));
  });
});

describe('comparison', () => {
  test('goes by value, not by text', () => {
    expect(equalNumbers(text('1.10'), 1.1)).toBe(true);
    expect(equalNumbers(text('1e3'), text('1000.0'))).toBe(true);
    expect(equalNumbers(text('12345678901234567890'), text('12345678901234567891'))).toBe(false);
    expect(equalNumbers('1', 1)).toBe(false);
  });

  test('of numbers that print back the same is that of their decimals', () => {
    const number = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => (Object.is(value, -0) ? 0 : value));
    fc.assert(
      fc.property(number, number, (a, b) => {
        const exact = compareNumbers(text(String(a)), text(String(b)));
        expect(Math.sign(compareNumbers(a, b))).toBe(Math.sign(exact));
      }),
    );
  });
});
