import { describe, expect, test } from '@jest/globals';
import { ViewEvaluationError } from '@millrace/viewdef';
import { foundBy } from './found-by.js';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

const OBSERVATION = {
  resourceType: 'Observation',
  id: 'o1',
  meta: {
    lastUpdated: '2026-03-01T10:00:00.5+02:00',
    tag: [{ system: 's', code: 't' }],
    profile: ['http://p|2'],
  },
  status: 'final',
  identifier: [{ system: 'urn:ids', value: 'x,1' }, { value: 'plain' }],
  code: { coding: [{ system: LOINC, code: '8867-4' }, { code: 'local' }] },
  subject: { reference: 'Patient/p1', identifier: { system: 'mrn', value: '7' } },
  performer: [{ reference: 'Practitioner/d1' }, { reference: 'https://elsewhere.example/Practitioner/d2' }],
  effectiveDateTime: '2020-05-17',
  valueQuantity: { value: 5.4, unit: 'mg', system: UCUM, code: 'mg' },
  component: [{ code: { coding: [{ system: LOINC, code: '8480-6' }] }, valueQuantity: { value: 120 } }],
};

const PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  active: true,
  name: [{ family: "O'Müller", given: ['Ana María'], text: 'Dr. Ana' }],
  telecom: [
    { system: 'email', value: 'ana@x.example' },
    { system: 'phone', value: '555' },
  ],
  gender: 'female',
  birthDate: '1980-02',
  address: [{ line: ['1 (Main) St.'], city: 'Zürich', postalCode: '8001' }],
  deceasedDateTime: '2024-01-01',
  maritalStatus: { text: 'unknown' },
};

const ENCOUNTER = {
  resourceType: 'Encounter',
  id: 'e1',
  status: 'finished',
  class: { system: 'act', code: 'AMB' },
  period: { start: '2020-05-10T08:00:00+02:00', end: '2020-05-12' },
  length: { value: 90, system: UCUM, code: 'min' },
};

const CONDITION = {
  resourceType: 'Condition',
  id: 'c1',
  subject: { reference: 'Patient/p1' },
  onsetRange: { low: { value: 40, code: 'a' }, high: { value: 45, code: 'a' } },
  abatementPeriod: { start: '2021' },
};

const RESOURCES = [OBSERVATION, PATIENT, ENCOUNTER, CONDITION];
const found = (search: string): boolean => {
  const resource = RESOURCES.find(({ resourceType }) => search.startsWith(`${resourceType}?`));
  return foundBy(search)(resource ?? {});
};

describe.each<readonly [string, readonly string[], readonly string[]]>([
  [
    'tokens',
    [
      'Observation?code=8867-4',
      `Observation?code=${LOINC}|8867-4`,
      `Observation?code=${LOINC}|`,
      'Observation?code=|local',
      `Observation?code=other|1,${LOINC}|8867-4`,
      `Observation?code:not=${LOINC}|8867-5`,
      'Observation?status=final',
      'Observation?status:not=amended',
      'Observation?identifier=urn:ids|x\\,1',
      'Observation?identifier=|plain',
      'Observation?component-code=8480-6',
      'Observation?combo-code=8480-6',
      'Observation?combo-code=8867-4',
      'Observation?_id=o1',
      'Observation?_tag=s|t',
      'Patient?active=true',
      'Patient?gender=male,female',
      'Patient?email=ana@x.example',
      'Patient?telecom=555',
      'Patient?deceased=true',
      'Encounter?class=act|AMB',
    ],
    [
      'Observation?code=8867',
      'Observation?code=8867-4%20',
      'Observation?code=|8867-4',
      `Observation?code=${LOINC}|local`,
      `Observation?code:not=${LOINC}|8867-4`,
      'Observation?status=Final',
      'Observation?identifier=x\\,1\\,2',
      'Observation?identifier=|x\\,1',
      'Observation?code=8480-6',
      'Patient?active=false',
      'Patient?email=555',
      'Patient?deceased=false',
    ],
  ],
  [
    'references',
    [
      'Observation?subject=Patient/p1',
      'Observation?subject=p1',
      'Observation?subject:Patient=p1',
      'Observation?patient=p1',
      'Observation?patient=Patient/p1',
      'Observation?performer=d1',
      'Observation?performer=https://elsewhere.example/Practitioner/d2',
      'Observation?subject:identifier=mrn|7',
      'Condition?patient=p1,p2',
    ],
    [
      'Observation?subject=Patient/p2',
      'Observation?subject=Group/p1',
      'Observation?patient=Group/p1',
      'Observation?performer=d2',
      'Observation?performer:Patient=d1',
      'Observation?subject:identifier=mrn|8',
    ],
  ],
  [
    'dates',
    [
      'Observation?date=2020-05-17',
      'Observation?date=2020-05',
      'Observation?date=2020',
      'Observation?date=ge2020-05-17',
      'Observation?date=le2020-05-17',
      'Observation?date=ge2020-05-17T12:00:00Z',
      'Observation?date=lt2020-05-17T12:00:00Z',
      'Observation?date=gt2020-05-16&date=lt2020-05-18',
      'Observation?date=sa2020-05-16',
      'Observation?date=eb2020-05-18',
      'Observation?date=ne2020-05-18',
      'Observation?_lastUpdated=2026-03-01T08:00:00Z',
      'Observation?_lastUpdated=gt2026-03-01T07:59:59Z,lt2000',
      'Observation?_lastUpdated=ge2026-03-01T10:00:00%2B02:00',
      'Observation?_lastUpdated=ge2026-03-01T10:00:00+02:00',
      'Patient?birthdate=1980',
      'Patient?birthdate=1980-02',
      'Patient?birthdate=ge1980-02-15',
      'Patient?birthdate=le1980-02-15',
      'Patient?death-date=2024',
      'Encounter?date=2020-05',
      'Encounter?date=ge2020-05-11',
      'Encounter?date=le2020-05-11',
      'Encounter?date=eb2020-05-13',
      'Encounter?date=sa2020-05-10T05:00:00Z',
      'Condition?abatement-date=ge2030',
      'Condition?abatement-date=sa2020',
    ],
    [
      'Observation?date=2020-05-18',
      'Observation?date=2020-05-17T12:00:00Z',
      'Observation?date=gt2020-05-17',
      'Observation?date=lt2020-05-17',
      'Observation?date=sa2020-05',
      'Observation?date=ne2020-05',
      'Observation?_lastUpdated=gt2026-03-01T08:00:01Z',
      'Observation?_lastUpdated=lt2026-03-01T08:00:00Z',
      'Patient?birthdate=1980-02-01',
      'Patient?birthdate=gt1980-02',
      'Patient?birthdate=eb1980-02-15',
      'Encounter?date=2020-05-11',
      'Encounter?date=sa2020-05-10',
      'Encounter?date=gt2020-05-12',
      'Encounter?date=lt2020-05-10T06:00:00Z',
      'Condition?abatement-date=2021',
      'Condition?abatement-date=eb2030',
    ],
  ],
  [
    'text',
    [
      "Patient?family=o'mu",
      "Patient?family=O'MÜLLER",
      'Patient?family:contains=uller',
      "Patient?family:exact=O'Müller",
      'Patient?given=ana mari',
      'Patient?name=ana',
      'Patient?name=dr.',
      'Patient?name:contains=maria',
      'Patient?address=zurich',
      'Patient?address=1 (main)',
      'Patient?address-city=Zü',
      'Patient?address=8001',
    ],
    [
      'Patient?family=muller',
      "Patient?family:exact=o'müller",
      'Patient?family=dr.',
      'Patient?name=dr-',
      'Patient?address=main',
      'Patient?address-city:contains=berg',
    ],
  ],
  [
    'numbers and quantities',
    [
      'Observation?value-quantity=5.4',
      'Observation?value-quantity=5.40',
      'Observation?value-quantity=5',
      'Observation?value-quantity=54e-1',
      `Observation?value-quantity=5.4|${UCUM}|mg`,
      'Observation?value-quantity=gt5.3||mg',
      'Observation?value-quantity=le5.4',
      'Observation?value-quantity=ne6',
      'Observation?value-quantity=ap5',
      'Observation?combo-value-quantity=120',
      'Encounter?length=gt60||min',
      'Condition?onset-age=gt44',
      'Condition?onset-age=lt41||a',
      'Condition?onset-age=ge40',
    ],
    [
      'Observation?value-quantity=5.5',
      'Observation?value-quantity=5.41',
      'Observation?value-quantity=gt5.4',
      `Observation?value-quantity=5.4|${UCUM}|g`,
      'Observation?value-quantity=120',
      'Observation?value-quantity=ne5.4',
      'Encounter?length=gt60||h',
      'Condition?onset-age=gt45',
      'Condition?onset-age=42',
      'Condition?onset-age=lt41||b',
    ],
  ],
  [
    'uris and what is missing',
    [
      'Observation?_profile=http://p',
      'Observation?_profile=http://p|2',
      'Observation?_profile:below=http://',
      'Observation?encounter:missing=true',
      'Observation?subject:missing=false',
      'Observation?date:missing=false',
    ],
    [
      'Observation?_profile=http://p|1',
      'Observation?_profile=http',
      'Observation?encounter:missing=false',
      'Observation?date:missing=true',
    ],
  ],
  [
    'several criteria',
    [
      'Observation?code=8867-4&status=final&date=2020&patient=p1',
      'Observation?',
      'Patient?name=ana&name=maria,dr.',
    ],
    ['Observation?code=8867-4&status=amended', 'Observation?status=final&date=2021'],
  ],
])('a search by %s', (_, finding, passing) => {
  test.each(finding)('%s finds the resource', (search) => {
    expect(found(search)).toBe(true);
  });

  test.each(passing)('%s does not find the resource', (search) => {
    expect(found(search)).toBe(false);
  });
});

test.each([
  ['Patient?active=false', { active: false }, { active: true }],
  ['Patient?deceased=false', {}, { deceasedBoolean: true }],
  ['Patient?deceased=false', { deceasedBoolean: false }, { deceasedDateTime: '2020' }],
  ['Patient?deceased=true', { deceasedBoolean: true }, { deceasedBoolean: false }],
  ['Patient?deceased:missing=true', {}, { deceasedBoolean: false }],
  ['Patient?active:not=true', {}, { active: true }],
])('%s finds %j and not %j', (search, finding, passing) => {
  const finds = foundBy(search);
  expect(finds({ resourceType: 'Patient', id: 'p', ...finding })).toBe(true);
  expect(finds({ resourceType: 'Patient', id: 'p', ...passing })).toBe(false);
});

test('a search for many codes finds each of them', () => {
  const codes = Array.from({ length: 500 }, (_, n) => `http://example.org/codes|code-${n}`);
  const finds = foundBy(`Observation?code=${codes.join(',')}&status=final`);
  const coded = (code: string) => ({
    ...OBSERVATION,
    code: { coding: [{ system: 'http://example.org/codes', code }] },
  });
  expect(codes.every((code) => finds(coded(code.split('|')[1] ?? '')))).toBe(true);
  expect(finds(coded('code-500'))).toBe(false);
});

describe('a value that is no date, time, number or text where one is due', () => {
  const [patient, observation] = [{ resourceType: 'Patient' }, { resourceType: 'Observation' }];

  test.each([
    ['Patient?_lastUpdated=ge2020', { ...patient, meta: { lastUpdated: 2021 } }],
    ['Patient?birthdate=ge1980', { ...patient, birthDate: 1981 }],
    ['Patient?birthdate=ne1980', { ...patient, birthDate: {} }],
    ['Patient?death-date=ge1980', { ...patient, deceasedDateTime: 1981 }],
    ['Observation?date=ge1980', { ...observation, effectivePeriod: { start: 1981 } }],
    ['Observation?value-quantity=5', { ...observation, valueQuantity: { value: '5' } }],
    ['Patient?family=x', { ...patient, name: [{ family: 5 }] }],
    ['Patient?_profile=http://x', { ...patient, meta: { profile: [5] } }],
  ])('cannot be searched: %s', (search, resource) => {
    expect(() => foundBy(search)(resource)).toThrow(ViewEvaluationError);
  });

  test.each([
    ['Patient?gender=5', { ...patient, gender: 5 }],
    ['Patient?active=true', { ...patient, active: 'true' }],
    ['Observation?code=5', { ...observation, code: { coding: [{ code: 5 }] } }],
    ['Observation?subject=Patient/x', { ...observation, subject: { reference: 5 } }],
    ['Patient?family:exact=5', { ...patient, name: [{ family: 5 }] }],
  ])('is equal to nothing: %s', (search, resource) => {
    expect(foundBy(search)(resource)).toBe(false);
  });
});
