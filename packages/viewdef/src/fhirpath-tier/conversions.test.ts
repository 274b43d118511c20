import { expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import type { EngineChoice } from '../compiled-view.js';
import { createResourceParser } from '../json/parse-resource.js';

/** One cell for each path, of an Observation with these elements. */
function cellsOf(elements: string, paths: readonly string[], engine: EngineChoice): readonly Cell[] {
  const column = paths.map((path, index) => ({ name: `c${String(index)}`, path }));
  const view = compileView({ resource: 'Observation', select: [{ column }] }, { engine });
  const rows: Cell[][] = [];
  const resource = createResourceParser([view])(`{"resourceType":"Observation",${elements}}`);
  view.evaluate(resource, (row) => rows.push([...row]));
  return rows[0] ?? [];
}

test.each([
  ['a decimal', '"valueQuantity":{"value":1.50}', 'value.ofType(Quantity).value', '1.50', null],
  ['a whole decimal', '"valueQuantity":{"value":5}', 'value.ofType(Quantity).value', '5', 5],
  [
    'a decimal with an exponent',
    '"valueQuantity":{"value":1e2}',
    'value.ofType(Quantity).value',
    '1e2',
    null,
  ],
  ['an integer', '"valueInteger":-7', 'value.ofType(integer)', '-7', -7],
  ['a boolean', '"valueBoolean":true', 'value.ofType(boolean)', 'true', 1],
  ['digits', '"valueString":"+007"', 'value.ofType(string)', '+007', 7],
  ['more digits than an integer has', '"valueString":"2147483648"', 'valueString', '2147483648', null],
  ['a year', '"effectiveDateTime":"2020"', 'effective.ofType(dateTime)', '2020', null],
  ['a day', '"effectiveDateTime":"2020-02-29"', 'effectiveDateTime', '2020-02-29', null],
  ['a time', '"valueTime":"12:30:00.50"', 'value.ofType(time)', '12:30:00.50', null],
  ['an instant', '"issued":"2020-02-29T12:30:00.50Z"', 'issued', '2020-02-29T12:30:00.50Z', null],
  ['an object', '"code":{"text":"a"}', 'code', null, null],
  ['an unknown element', '"unheardOf":"12"', 'unheardOf', '12', 12],
  ['a date literal', '"status":"final"', '@2020', '2020', null],
  ['a decimal literal', '"status":"final"', '(1.50)', '1.50', null],
  ['a number of items', '"status":"final"', 'category.count()', '0', 0],
])('%s becomes the same text and the same integer on both tiers', (_, elements, path, text, integer) => {
  const paths = [`${path}.toString()`, `${path}.toInteger()`];
  for (const engine of ['auto', 'fhirpath'] as const)
    expect(cellsOf(elements, paths, engine)).toEqual([text, integer]);
});

test('a quantity has a text, which fhirpath.js writes', () => {
  const quantity =
    '"valueQuantity":{"value":1.50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}';
  expect(cellsOf(quantity, ['value.toString()'], 'auto')).toEqual(["1.50 'mg'"]);
});

/** As `toX` has no value that `convertsToX` denies, and the other way round. */
test.each([
  ['"0.1234567890123456789"', '0.1234567890123456789', null, null],
  ['"9007199254740993"', '9007199254740993', null, '9007199254740993'],
  ['"+01.50"', '1.50', null, null],
  ['"2147483648"', '2147483648', null, '2147483648'],
  ['"-0007"', '-7', '-7', '-7'],
  ['"9223372036854775807"', '9223372036854775807', null, '9223372036854775807'],
  ['"9223372036854775808"', '9223372036854775808', null, null],
  ['"1e3"', null, null, null],
  ['".5"', null, null, null],
  ['""', null, null, null],
  ['"2020-02-29"', null, null, null],
])('text becomes the number that it is written as, with all digits: %s', (text, decimal, integer, long) => {
  const converted = { Decimal: decimal, Integer: integer, Long: long };
  for (const [type, expected] of Object.entries(converted)) {
    const paths = [`valueString.to${type}().toString()`, `valueString.convertsTo${type}()`];
    expect(cellsOf(`"valueString":${text}`, paths, 'auto')).toEqual([expected, expected !== null]);
  }
});

test.each([
  ['1e2', '100', null],
  ['1e400', null, null],
  ['1.0', null, null],
  ['-9223372036854775809', null, null],
])('a number becomes a long when it is a whole number of 64 bits: %s', (value, long, integer) => {
  const path = 'value.ofType(Quantity).value';
  const paths = [`${path}.toLong().toString()`, `${path}.toInteger()`, `${path}.convertsToInteger()`];
  expect(cellsOf(`"valueQuantity":{"value":${value}}`, paths, 'auto')).toEqual([long, integer, false]);
});

test('a date is not a number, whatever its text is', () => {
  const path = 'effective.ofType(dateTime)';
  const paths = ['Decimal', 'Long'].flatMap((type) => [`${path}.to${type}()`, `${path}.convertsTo${type}()`]);
  expect(cellsOf('"effectiveDateTime":"2020"', paths, 'auto')).toEqual([null, false, null, false]);
});

test.each(['toString', 'toInteger', 'toDecimal', 'convertsToDecimal', 'convertsToInteger'])(
  '%s() of several values is a fault on both tiers',
  (call) => {
    const elements = '"category":[{"text":"1"},{"text":"2"}]';
    for (const engine of ['auto', 'fhirpath'] as const)
      expect(() => cellsOf(elements, [`category.text.${call}()`], engine)).toThrow(
        'yields several values where one is expected',
      );
  },
);

test.each([
  ["0.1234567890123456789 'mg'", 'toQuantity()', "0.1234567890123456789 'mg'"],
  ["1.50 'mg'", 'toQuantity()', "1.50 'mg'"],
  ['-9007199254740993', 'toQuantity()', "-9007199254740993 '1'"],
  ['4 days', 'toQuantity()', '4 days'],
  ["1.50 'mg'", "toQuantity('g')", "0.0015 'g'"],
  ["1 'year'", 'toQuantity()', null],
  ['1 abcd', 'toQuantity()', null],
  ['mg', 'toQuantity()', null],
])('text becomes a quantity with all its digits: %s by %s', (text, call, expected) => {
  expect(cellsOf(`"valueString":${JSON.stringify(text)}`, [`valueString.${call}`], 'auto')).toEqual([
    expected,
  ]);
});
