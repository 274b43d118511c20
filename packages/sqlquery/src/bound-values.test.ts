import { expect, test } from '@jest/globals';
import { bindingFaults } from './bound-values.js';

const declared = (type: string) => [{ name: 'p', type, isRequired: false }];

test.each([
  ['string', { valueString: 'x' }],
  ['code', { valueCode: 'x' }],
  ['integer', { valueInteger: 3 }],
  ['integer64', { valueInteger64: '9223372036854775807' }],
  ['decimal', { valueDecimal: 1.5 }],
  ['boolean', { valueBoolean: false }],
  ['date', { valueDate: '2026-01' }],
  ['dateTime', { valueDateTime: '2026-01-01T00:00:00Z' }],
  ['time', { valueTime: '12:00:00' }],
  ['instant', { valueInstant: '2026-01-01T00:00:00Z' }],
])('a parameter of the type %s takes a value of its type', (type, value) => {
  expect(bindingFaults(declared(type), [{ name: 'p', ...value }])).toEqual([]);
});

test.each([
  [
    'another element',
    'integer',
    { valueString: '3' },
    /expected valueInteger, because it is declared as integer/,
  ],
  ['another JSON type', 'integer', { valueInteger: 3.5 }, /is not a FHIR integer/],
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
  expect(bindingFaults(declared(type), [{ name: 'p', ...value }])).toEqual([
    { expression: 'parameter[0]', diagnostics: expect.stringMatching(why) },
  ]);
});

test('names must be declared, and are bound once', () => {
  const values = [
    { name: 'p', valueString: 'a' },
    { name: 'p', valueString: 'b' },
    { name: 'r', valueString: 'c' },
  ];
  expect(bindingFaults(declared('string'), values)).toEqual([
    { expression: 'parameter[1]', diagnostics: 'p is bound twice' },
    {
      expression: 'parameter[2]',
      diagnostics: '"r" is not a parameter of the query; did you mean "p"?',
    },
  ]);
});

test('a parameter that the query needs must have a value', () => {
  expect(bindingFaults([{ name: 'p', type: 'string', isRequired: true }], [])).toEqual([
    { expression: 'parameter', diagnostics: 'the query needs a value for p' },
  ]);
});
