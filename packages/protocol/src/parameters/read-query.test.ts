import { expect, test } from '@jest/globals';
import { SQL_RUN } from '../operations/run-operations.js';
import { readQuery } from './read-query.js';

const read = (query: Readonly<Record<string, unknown>>) => readQuery(query, SQL_RUN.parameters);

test('texts are of the types that parameters are declared with', () => {
  expect(
    read({
      subjectCanonical: 'http://x.org/v|1',
      _format: 'application/fhir json',
      header: 'false',
      _limit: '10',
      _since: '2026-01-01T00:00:00 01:00',
      patient: ['Patient/1', 'Patient/2'],
      source: 'main',
    }),
  ).toEqual({
    parameters: [
      { name: 'subjectCanonical', valueCanonical: 'http://x.org/v|1' },
      { name: '_format', valueCode: 'application/fhir+json' },
      { name: 'header', valueBoolean: false },
      { name: '_limit', valueInteger: 10 },
      { name: '_since', valueInstant: '2026-01-01T00:00:00+01:00' },
      { name: 'patient', valueReference: { reference: 'Patient/1' } },
      { name: 'patient', valueReference: { reference: 'Patient/2' } },
      { name: 'source', valueString: 'main' },
    ],
    faults: [],
  });
});

test.each([
  ['header', 'True'],
  ['_limit', '1e3'],
  ['_limit', ''],
  ['resource', '{}'],
  ['subjectResource', '{}'],
  ['context', '{}'],
])('%s=%s is refused, with the name of the parameter', (name, text) => {
  expect(read({ [name]: text })).toEqual({
    parameters: [],
    faults: [{ status: 400, code: 'invalid', diagnostics: expect.any(String), expression: name }],
  });
});

test('unknown names are left to the reader of parameters, and _pretty is passed over', () => {
  expect(read({ page: '2', _pretty: 'true' })).toEqual({ parameters: [{ name: 'page' }], faults: [] });
});
