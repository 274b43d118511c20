import { describe, expect, test } from '@jest/globals';
import { agreed, compareColumns, linesOf } from '../harness/differential/src/testing/compare-columns.js';

const numbers = [
  '0',
  '-0',
  '0.0',
  '7',
  '-7',
  '1.0',
  '1.10',
  '-0.50',
  '100',
  '1e5',
  '1E400',
  '1.10e-3',
  '-2147483648',
  '-2147483649',
  '2147483647',
  '2147483648',
  '12345678901234567890',
  '0.12345678901234567890',
  '999999999999999999999999',
];
const texts = [
  '"7"',
  '"+7"',
  '"-7"',
  '"-0"',
  '"+-7"',
  '"+"',
  '""',
  '" 7"',
  '"7 "',
  '"7.0"',
  '"0x10"',
  '"1e3"',
  '"seven"',
  '"0000000000000000000000000000007"',
  '"2147483647"',
  '"2147483648"',
  '"-2147483648"',
  '"99999999999999999999"',
  String.raw`"\u0037\u0038"`,
  String.raw`"\u002d7"`,
  String.raw`"7\n"`,
  String.raw`"\ud83d"`,
  '"\u0667"',
  '"日"',
];
const moments = ['"2020"', '"2020-02"', '"2020-02-29"', '"2020-02-29T12:30:00.50+02:00"', '"never"', '""'];

describe('the scan takes and converts as generated code does', () => {
  test.each([
    ['valueQuantity', 'value.ofType(Quantity).value', numbers.map((number) => `{"value":${number}}`)],
    ['valueInteger', 'value.ofType(integer)', numbers],
    ['valueString', 'value.ofType(string)', texts],
    ['valueBoolean', 'value.ofType(boolean)', ['true', 'false']],
    ['effectiveDateTime', 'effective', moments],
    ['effectivePeriod', 'effective', ['{"start":"2020"}', '{}']],
    ['effectiveDateTime', 'effective.ofType(dateTime)', moments],
    ['issued', 'issued', moments],
    ['valueTime', 'value.ofType(time)', ['"12:30:00"', '"12"']],
    ['unheardOf', 'unheardOf', [...numbers, ...texts, 'true', 'false', '{"a":1}', '{}']],
  ])('values of %s at %s', (element, path, values) => {
    const lines = linesOf(element, values);
    const isDate = element === 'effectiveDateTime' || element === 'effectivePeriod';
    const paths = [`${path}.toString()`, `${path}.toString().length()`, `${path}.toString().substring(0, 4)`];
    const whole = [`${path}.toInteger()`, `${path}.toInteger() + 1`];
    expect(compareColumns(paths, lines)).toEqual(agreed(lines.length));
    if (!isDate || path !== 'effective') expect(compareColumns(whole, lines)).toEqual(agreed(lines.length));
  });

  test.each([
    ['valueString', 'value.ofType(string)'],
    ['valueBoolean', 'value.ofType(boolean)'],
    ['valueTime', 'value.ofType(time)'],
    ['effectiveDateTime', 'effective.ofType(dateTime)'],
    ['issued', 'issued'],
    ['language', 'language'],
  ])('numbers where %s has another type', (element, path) => {
    const paths = [
      `${path}.toString()`,
      `${path}.first().toString()`,
      `${path}.toInteger()`,
      `${path}.select($this.toString())`,
      `${path}.where($this.toString() = '1.0').exists()`,
      `iif(${path}.exists(), ${path}, ${path}).toString().length()`,
    ];
    expect(compareColumns(paths, linesOf(element, numbers))).toEqual(agreed(numbers.length));
  });

  test('results of calculations, constants and positions', () => {
    const constant = [
      { name: 'exact', valueDecimal: 1.5 },
      { name: 'born', valueDate: '2020-02-29' },
      { name: 'digits', valueString: '012' },
    ];
    const lines = linesOf('valueInteger', ['3', '-20']);
    const paths = [
      '(value.ofType(integer) * 1000000000000).toString()',
      '(value.ofType(integer) * 1000000000000).toInteger()',
      '(value.ofType(integer) / 8).toString()',
      '%exact.toString()',
      '%exact.toInteger()',
      '%born.toString()',
      '%digits.toInteger()',
      '%rowIndex.toString()',
      'status.length().toString()',
      "(status = 'final').toString()",
      "(status = 'final').toInteger()",
      'valueInteger.exists().toInteger()',
    ];
    expect(compareColumns(paths, lines, { constant })).toEqual(agreed(lines.length));
  });
});
