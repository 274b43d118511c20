import { expect, test } from '@jest/globals';
import { referenceKey } from './keys.js';

test.each<[unknown, string | undefined, string | undefined]>([
  ['Patient/1', undefined, '1'],
  ['Patient/1', 'Patient', '1'],
  ['Patient/1', 'Group', undefined],
  ['Patient/1', 'atient', undefined],
  ['Patient/1/_history/2', 'Patient', '1'],
  ['https://example.org/fhir/Patient/1', 'Patient', '1'],
  ['https://example.org/fhir/Patient/1/_history/2', undefined, '1'],
  ['#contained', undefined, undefined],
  ['urn:uuid:c4669fc3-0d14-4e54-a77f-525f6d4e8385', undefined, undefined],
  ['Practitioner?identifier=http://example.org/npi|1', undefined, undefined],
  ['Patient/', undefined, undefined],
  ['/1', undefined, undefined],
  ['', undefined, undefined],
  [undefined, undefined, undefined],
  [5, undefined, undefined],
])('the key of %j as %s is %s', (reference, target, key) => {
  expect(referenceKey(reference, target)).toBe(key);
});
