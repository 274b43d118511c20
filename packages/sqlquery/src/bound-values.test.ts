import { expect, test } from '@jest/globals';
import { bindValues } from './bound-values.js';

const declared = (type: string) => [{ name: 'p', type, isRequired: false }];

test.each([
  ['string', { valueString: 'x' }],
  ['code', { valueCode: 'x' }],
  ['integer', { valueInteger: 3 }],
  ['integer64', { valueInteger64: '9223372036854775807' }],
  ['decimal', { valueDecimal: 1.5 }],
  ['boolean', { valueBoolean: false }],
  ['date', { valueDate: '2026-01-31' }],
  ['dateTime', { valueDateTime: '2026-01-31' }],
  ['decimal', { valueDecimal: '0.1234567890123456789012' }],
  ['integer', { valueInteger: -2147483648 }],
  ['dateTime', { valueDateTime: '2026-01-01T00:00:00Z' }],
  ['time', { valueTime: '12:00:00' }],
  ['instant', { valueInstant: '2026-01-01T00:00:00Z' }],
])('a parameter of the type %s takes a value of its type', (type, value) => {
  const { values, faults } = bindValues(declared(type), [{ name: 'p', ...value }]);
  expect(faults).toEqual([]);
  expect(values).toEqual([{ name: 'p', type, value: Object.values<unknown>(value)[0] }]);
});

test.each([
  [
    'another element',
    'integer',
    { valueString: '3' },
    /expected valueInteger, because it is declared as integer/,
  ],
  ['another JSON type', 'integer', { valueInteger: 3.5 }, /is not a FHIR integer/],
  ['a number beyond 32 bits', 'integer', { valueInteger: 2147483648 }, /32 bits/],
  ['a number beyond 64 bits', 'integer64', { valueInteger64: '9223372036854775808' }, /64 bits/],
  ['a partial date', 'date', { valueDate: '2026-01' }, /expected a full date/],
  ['a day that no calendar has', 'dateTime', { valueDateTime: '2026-02-30' }, /expected a full date/],
  ['a time without seconds', 'time', { valueTime: '12:00' }, /expected a time/],
  ['a number for a text', 'date', { valueDate: 2026 }, /is not a FHIR date/],
  ['no value', 'string', {}, /has no value/],
  ['two values', 'string', { valueString: 'a', valueCode: 'a' }, /has valueString and valueCode/],
  [
    'a type without a value in SQL',
    'Quantity',
    { valueQuantity: {} },
    /the type Quantity, for which SQL has no value/,
  ],
])('a value is refused for %s', (_, type, value, why) => {
  expect(bindValues(declared(type), [{ name: 'p', ...value }]).faults).toEqual([
    { expression: 'parameter[0]', diagnostics: expect.stringMatching(why) },
  ]);
});

test('names must be declared, and are bound once', () => {
  const values = [
    { name: 'p', valueString: 'a' },
    { name: 'p', valueString: 'b' },
    { name: 'r', valueString: 'c' },
  ];
  expect(bindValues(declared('string'), values).faults).toEqual([
    { expression: 'parameter[1]', diagnostics: 'p is bound twice' },
    {
      expression: 'parameter[2]',
      diagnostics: '"r" is not a parameter of the query; did you mean "p"?',
    },
  ]);
});

test('a parameter that the query needs must have a value', () => {
  expect(bindValues([{ name: 'p', type: 'string', isRequired: true }], []).faults).toEqual([
    { expression: 'parameter', diagnostics: 'the query needs a value for p' },
  ]);
});

test('a parameter without a value is null', () => {
  expect(bindValues(declared('date'), []).values).toEqual([{ name: 'p', type: 'date', value: null }]);
});
