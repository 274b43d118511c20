import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { caselessLength, serviceBase } from './own-bases.js';
import type { OwnBases } from './own-bases.js';
import { createReferenceKey } from './reference-key.js';

const OWN = ['https://ehr.example/fhir', 'http://old.example'];
const LONGEST = 'x'.repeat(64);

function keyOf(reference: unknown, target?: string, bases: OwnBases = OWN): string | undefined {
  return createReferenceKey(bases)(reference, target);
}

describe('the key of a reference', () => {
  test.each<[unknown, string | undefined, string | undefined]>([
    ['Patient/1', undefined, '1'],
    ['Patient/1', 'Patient', '1'],
    ['Patient/1', 'Group', undefined],
    ['Patient/1', 'atient', undefined],
    ['Patient/1', 'Pat', undefined],
    ['Patient/1/_history/2', 'Patient', '1'],
    [`Patient/${LONGEST}`, 'Patient', LONGEST],
    [`Patient/${LONGEST}x`, 'Patient', undefined],
    [`Patient/1/_history/${LONGEST}x`, 'Patient', undefined],
    ['Patient/a_b', undefined, undefined],
    ['Patient/1/_history/', undefined, undefined],
    ['Patient/1/_history/2/3', undefined, undefined],
    ['Patient/1/2', undefined, undefined],
    ['patient/1', undefined, undefined],
    ['Pat1ent/1', undefined, undefined],
    ['https://ehr.example/fhir/Patient/1', 'Patient', '1'],
    ['https://ehr.example/fhir/Patient/1/_history/2', undefined, '1'],
    ['HTTPS://EHR.Example/fhir/Patient/1', undefined, '1'],
    ['http://old.example/Patient/1', undefined, '1'],
    ['https://ehr.example/FHIR/Patient/1', undefined, undefined],
    ['https://ehr.example/fhir//Patient/1', undefined, undefined],
    ['https://ehr.example/fhir/x/Patient/1', undefined, undefined],
    ['https://ehr.example/fhirPatient/1', undefined, undefined],
    ['https://ehr.example/Patient/1', undefined, undefined],
    ['https://elsewhere.example/fhir/Patient/1', undefined, undefined],
    ['https://ehr.example.org/fhir/Patient/1', undefined, undefined],
    ['http://ehr.example/fhir/Patient/1', undefined, undefined],
    ['//ehr.example/fhir/Patient/1', undefined, undefined],
    ['x/Patient/1', undefined, undefined],
    ['/Patient/1', undefined, undefined],
    ['#contained', undefined, undefined],
    ['#Patient/1', undefined, undefined],
    ['Patient/1#x', undefined, undefined],
    ['urn:uuid:c4669fc3-0d14-4e54-a77f-525f6d4e8385', undefined, undefined],
    ['urn:Patient/1', undefined, undefined],
    ['Practitioner?identifier=http://example.org/npi|1', undefined, undefined],
    ['https://ehr.example/fhir/Patient?_id=https://ehr.example/fhir/Patient/1', undefined, undefined],
    ['Patient/', undefined, undefined],
    ['/1', undefined, undefined],
    ['', undefined, undefined],
    [undefined, undefined, undefined],
    [5, undefined, undefined],
  ])('of %j as %s is %s', (reference, target, key) => {
    expect(keyOf(reference, target)).toBe(key);
  });

  test('of an absolute reference is empty where the source declares no base', () => {
    expect(keyOf('https://ehr.example/fhir/Patient/1', undefined, [])).toBeUndefined();
    expect(keyOf('Patient/1', undefined, [])).toBe('1');
  });

  test.each([
    ['https://elsewhere.example/fhir/Patient/1', '1'],
    ['https://elsewhere.example/fhir/Patient/1/_history/2', '1'],
    ['x/Patient/1', '1'],
    ['A/1/_history/B/2', '2'],
    ['Patient/a_b', undefined],
    ['https://elsewhere.example/Patient?x=Patient/1', undefined],
    ['https://elsewhere.example/Patient/1#x', undefined],
  ])('with every base for its own, of %s is %s', (reference, key) => {
    expect(keyOf(reference, undefined, 'any')).toBe(key);
  });

  test('after a base is the key of the rest, for any base, type and id', () => {
    const base = fc.webUrl({ withQueryParameters: false, withFragments: false });
    const rest = fc.stringMatching(
      /^[A-Z][A-Za-z]{0,20}\/[A-Za-z0-9\-.]{1,64}(\/_history\/[A-Za-z0-9\-.]{1,64})?$/,
    );
    fc.assert(
      fc.property(base, base, rest, (own, other, reference) => {
        const [declared, foreign] = [serviceBase(own), serviceBase(other)];
        fc.pre(declared !== undefined && foreign !== undefined && declared !== foreign);
        const key = keyOf(reference, undefined, []);
        expect(key).toBe(reference.split('/')[1]);
        expect(keyOf(`${declared}/${reference}`, undefined, [declared])).toBe(key);
        expect(keyOf(`${foreign}/${reference}`, undefined, [declared])).toBeUndefined();
        expect(keyOf(`${foreign}/${reference}`, undefined, [declared, foreign])).toBe(key);
      }),
    );
  });
});

describe('a base', () => {
  test.each([
    ['https://EHR.example/Fhir/', 'https://ehr.example/Fhir'],
    ['HTTP://h:8080', 'http://h:8080'],
    ['https://h/a/b///', 'https://h/a/b'],
    ['https://h/', 'https://h'],
  ])('%s is %s', (text, base) => {
    expect(serviceBase(text)).toBe(base);
  });

  test.each([
    '',
    'ehr.example/fhir',
    'ftp://h/fhir',
    'https://',
    'https:///fhir',
    'https://u:p@h/fhir',
    'https://h/fhir?x=1',
    'https://h/fhir#x',
    'https://h/a b',
    'https://h/"',
    'https://h/\\',
    'https://h/\u0001',
  ])('%j is refused', (text) => {
    expect(serviceBase(text)).toBeUndefined();
  });

  test('is compared without regard to letter case up to its path', () => {
    expect(caselessLength('https://ehr.example/fhir')).toBe('https://ehr.example'.length);
    expect(caselessLength('https://h')).toBe('https://h'.length);
  });
});
