import { expect, test } from '@jest/globals';
import { readColumns } from './output-column.js';

const url = 'urn:millrace:fhir:extension:column';

test('the columns of an output have the types that the server tells, and no others', () => {
  const extension = [
    {
      url,
      extension: [
        { url: 'name', valueString: 'given' },
        { url: 'fhirType', valueCode: 'string' },
        { url: 'collection', valueBoolean: true },
        { url: 'sqlType', valueString: 'CHARACTER VARYING' },
        { url: 'parquetType', valueString: 'BYTE_ARRAY (STRING)' },
      ],
    },
    { url: 'urn:other', extension: [{ url: 'name', valueString: 'x' }] },
    { url, extension: [{ url: 'name', valueString: 'n' }] },
  ];
  expect(readColumns({ name: 'output', extension })).toEqual([
    {
      name: 'given',
      fhirType: 'string',
      collection: true,
      sqlType: 'CHARACTER VARYING',
      parquetType: 'BYTE_ARRAY (STRING)',
    },
    { name: 'n', fhirType: undefined, collection: false, sqlType: undefined, parquetType: undefined },
  ]);
  expect(readColumns({ name: 'output' })).toBeUndefined();
});
