import { expect, test } from '@jest/globals';
import { parseParameters } from './parameters.js';

function faultsOf(body: object) {
  const parsed = parseParameters({ resourceType: 'Parameters', ...body });
  return parsed.kind === 'faulty' ? parsed.faults.map((one) => [one.expression, one.diagnostics]) : [];
}

test.each([
  [{ parameters: [] }, [['Parameters', 'has the unknown element "parameters"; did you mean "parameter"?']]],
  [
    { parameter: [{ name: 'a', parts: [] }] },
    [['Parameters.parameter[0]', 'has the unknown element "parts"; did you mean "part"?']],
  ],
  [
    { parameter: [{ name: 'a', part: [{ name: 'b' }, { name: 'c', reference: 'Patient/1' }] }] },
    [
      [
        'Parameters.parameter[0].part[1]',
        'has the unknown element "reference"; expected one of name, value[x], resource, part',
      ],
    ],
  ],
])('%j has an element that nothing reads, and is refused', (body, faults) => {
  expect(faultsOf(body)).toEqual(faults);
});

test('elements that every resource and every parameter may have are passed over', () => {
  const common = { id: 'x', meta: {}, implicitRules: 'urn:x', language: 'en', _language: { id: 'l' } };
  const entry = { name: 'a', valueString: 'x', _valueString: {}, id: 'y', extension: [], fhir_comments: [] };
  expect(faultsOf({ ...common, parameter: [entry, { name: 'b', valuecode: 'x' }] })).toEqual([]);
});

test('the content of a resource in a parameter has no elements of the parameter', () => {
  expect(faultsOf({ parameter: [{ name: 'a', resource: { resourceType: 'Basic', odd: 1 } }] })).toEqual([]);
});
