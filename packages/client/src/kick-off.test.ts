import { expect, test } from '@jest/globals';
import { kickOff } from './kick-off.js';

test('an order tells how its files are to be written', async () => {
  let asked: unknown;
  const fetch: typeof globalThis.fetch = async (_, init) => {
    asked = JSON.parse(typeof init?.body === 'string' ? init.body : '');
    return new Response(null, { status: 202, headers: { 'content-location': 'http://x.org/s/1' } });
  };
  const subjects = [{ canonical: 'http://x.org/v' }];
  const wishes = { onMismatch: 'null', partRows: 1000, partitionBy: 'sex' } as const;
  await kickOff('http://x.org/fhir', { subjects, format: 'parquet', ...wishes }, { fetch });
  expect(asked).toEqual({
    resourceType: 'Parameters',
    parameter: [
      { name: 'subject', part: [{ name: 'subjectCanonical', valueCanonical: 'http://x.org/v' }] },
      { name: '_format', valueCode: 'parquet' },
      { name: 'onMismatch', valueCode: 'null' },
      { name: 'partRows', valueInteger: 1000 },
      { name: 'partitionBy', valueString: 'sex' },
    ],
  });
});
