import { describe, expect, test } from '@jest/globals';
import type { Parameter } from './parameters.js';
import { readValue, type ValueType } from './typed-value.js';

const good: [ValueType, Omit<Parameter, 'name'>, unknown][] = [
  ['string', { valueString: 'a b' }, 'a b'],
  ['code', { valueCode: 'csv' }, 'csv'],
  ['uri', { valueUri: 'urn:a' }, 'urn:a'],
  ['canonical', { valueCanonical: 'http://x.org/v|1' }, 'http://x.org/v|1'],
  ['boolean', { valueBoolean: false }, false],
  ['integer', { valueInteger: 0 }, 0],
  ['instant', { valueInstant: '2026-01-31T12:00:00.5+02:00' }, '2026-01-31T12:00:00.5+02:00'],
  ['Reference', { valueReference: { reference: 'A/1', display: 'one' } }, { reference: 'A/1' }],
  ['Resource', { resource: { resourceType: 'Basic' } }, { resourceType: 'Basic' }],
  // An extension on a primitive is not another value.
  ['string', { valueString: 'a', _valueString: { id: '1' } } as Omit<Parameter, 'name'>, 'a'],
];

const bad: [ValueType, Omit<Parameter, 'name'>, RegExp][] = [
  ['string', {}, /no value; expected valueString/],
  ['string', { valueCode: 'a' }, /has valueCode; expected valueString alone/],
  ['string', { valueString: 'a', valueCode: 'a' }, /valueString and valueCode/],
  ['string', { part: [] }, /has part/],
  ['string', { valueString: 5 }, /not a string/],
  ['string', { valueString: '  ' }, /not a string with content/],
  ['code', { valueCode: ' csv' }, /not a code/],
  ['boolean', { valueBoolean: 'true' }, /not a boolean/],
  ['integer', { valueInteger: 1.5 }, /not an integer/],
  ['instant', { valueInstant: '2026-01-31' }, /not an instant such as 2026-01-31T12:00:00Z: it has no time/],
  ['instant', { valueInstant: '2024-02-30T00:00:00Z' }, /2024-02 has 29 days/],
  ['instant', { valueInstant: `2026-01-31T12:00:00.${'1'.repeat(60)}Z` }, /more than 64 characters/],
  ['instant', { valueInstant: 1 }, /not an instant/],
  ['canonical', { valueCanonical: 'a b' }, /not a canonical/],
  ['canonical', { valueCanonical: '|1' }, /not a canonical/],
  ['Reference', { valueReference: 'A/1' }, /not a Reference/],
  ['Reference', { valueReference: { identifier: {} } }, /literal "reference"/],
  ['Reference', { valueReference: null }, /not a Reference/],
  ['Resource', { valueString: '{}' }, /has valueString; expected resource alone/],
];

describe('the value of a parameter', () => {
  test.each(good)('%s is read from %j', (type, parameter, value) => {
    expect(readValue({ name: 'p', ...parameter }, type)).toEqual({ kind: 'value', value: { type, value } });
  });

  test.each(bad)('%s is refused in %j', (type, parameter, complaint) => {
    expect(readValue({ name: 'p', ...parameter }, type)).toEqual({
      kind: 'faulty',
      diagnostics: expect.stringMatching(complaint),
    });
  });
});
