import { describe, expect, test } from '@jest/globals';
import { readIdSet, writeIdSet } from '@millrace/scan';
import type { JsonValue } from '@millrace/viewdef';
import { accepts, createFilter, judge } from './resource-filter.js';

const OWN = ['https://ehr.example/fhir'];

function passesSince(since: string, resource: JsonValue): boolean {
  return accepts(createFilter('Observation', { since, patients: undefined, bases: OWN }), resource);
}

function passesPatients(ids: readonly string[], resource: { readonly [key: string]: JsonValue }): boolean {
  const patients = readIdSet(writeIdSet(new Set(ids)));
  return accepts(
    createFilter(resource['resourceType'] as string, { since: undefined, patients, bases: OWN }),
    resource,
  );
}

test('a Group that names other patients does not pass a filter by patients, unless it was chosen by its id', () => {
  const set = (...ids: string[]) => readIdSet(writeIdSet(new Set(ids)));
  const group = (id: string, ...members: string[]): JsonValue => ({
    resourceType: 'Group',
    id,
    member: members.map((reference) => ({ entity: { reference } })),
  });
  const terms = { since: undefined, patients: set('a', 'b'), bases: OWN };
  const passes = (more: object, resource: JsonValue): boolean =>
    accepts(createFilter('Group', { ...terms, ...more }), resource);
  expect(passes({}, group('g', 'Patient/a', 'Practitioner/x', 'Patient/b'))).toBe(true);
  expect(passes({}, group('g', 'Patient/a', 'Patient/c'))).toBe(false);
  expect(passes({}, group('g', 'Patient/a', 'https://ehr.example/fhir/Patient/c'))).toBe(false);
  expect(passes({ own: set('g') }, group('g', 'Patient/a'))).toBe(true);
  expect(passes({ own: set('g') }, group('h', 'Patient/a'))).toBe(false);
  expect(passes({ own: set('g') }, group('g', 'Patient/a', 'Patient/c'))).toBe(false);
  expect(passes({ byId: true, patients: set('g') }, group('g', 'Patient/a', 'Patient/c'))).toBe(true);
});

describe('a filter by time', () => {
  test.each([
    ['2026-01-01T00:00:00.001Z', true],
    ['2026-01-01T00:00:00Z', false],
    ['2026-01-01T00:00:00.000000001Z', true],
    ['2026-01-01T01:00:00+01:00', false],
    ['2025-12-31T23:00:01-01:00', true],
    ['2025-12-31T23:59:59.999Z', false],
  ])('after the start of 2026 says of %s: %s', (lastUpdated, passes) => {
    expect(passesSince('2026-01-01T00:00:00Z', { meta: { lastUpdated } })).toBe(passes);
  });

  test.each([
    [{}],
    [{ meta: {} }],
    [{ meta: { lastUpdated: null } }],
    [{ meta: { lastUpdated: 7 } }],
    [{ meta: { lastUpdated: '2020-01-01' } }],
    [{ meta: [{ lastUpdated: '2020-01-01T00:00:00Z' }] }],
  ] as JsonValue[][])('passes %j, of which it is not known when it was changed', (resource) => {
    expect(passesSince('2026-01-01T00:00:00Z', resource)).toBe(true);
  });

  test.each([
    [{}, 'passes'],
    [{ meta: { lastUpdated: null } }, 'passes'],
    [{ meta: { lastUpdated: '2026-06-01T00:00:00Z' } }, 'passes'],
    [{ meta: { lastUpdated: '2024-02-30T00:00:00Z' } }, 'undated'],
    [{ meta: { lastUpdated: '2026-06-01T00:00:00+14:01' } }, 'undated'],
    [{ meta: { lastUpdated: 7 } }, 'undated'],
    [{ meta: { lastUpdated: '2025-06-01T00:00:00Z' } }, 'left out'],
  ] as [JsonValue, string][])('says of %j: %s', (resource, judgement) => {
    const filter = createFilter('Patient', {
      since: '2026-01-01T00:00:00Z',
      patients: undefined,
      bases: OWN,
    });
    expect(judge(filter, resource)).toBe(judgement);
  });

  test('does not call a resource undated that the patients leave out', () => {
    const patients = readIdSet(writeIdSet(new Set(['a'])));
    const filter = createFilter('Patient', { since: '2026-01-01T00:00:00Z', patients, bases: OWN });
    const patient = (id: string): JsonValue => ({ resourceType: 'Patient', id, meta: { lastUpdated: 'x' } });
    expect([judge(filter, patient('a')), judge(filter, patient('b'))]).toEqual(['undated', 'left out']);
  });

  test('that was accepted for a day that does not exist counts it into the next month', () => {
    const after = (lastUpdated: string): boolean =>
      passesSince('2024-02-30T00:00:00Z', { meta: { lastUpdated } });
    expect([after('2024-03-01T00:00:00Z'), after('2024-03-01T00:00:00.1Z')]).toEqual([false, true]);
  });

  test('is not made from text that is not an instant', () => {
    expect(() => createFilter('Patient', { since: '2026', patients: undefined, bases: OWN })).toThrow('no');
  });
});

describe('a filter by patients', () => {
  const of = (reference: string): JsonValue => ({ reference });

  test.each([
    [{ resourceType: 'Patient', id: 'a' }],
    [{ resourceType: 'Observation', subject: of('Patient/a') }],
    [
      {
        resourceType: 'Observation',
        subject: of('Device/d'),
        performer: [of('Organization/o'), of('Patient/a')],
      },
    ],
    [{ resourceType: 'Observation', subject: of('https://ehr.example/fhir/Patient/a') }],
    [{ resourceType: 'Observation', subject: of('Patient/a/_history/2') }],
    [
      {
        resourceType: 'CarePlan',
        activity: [{}, { detail: { performer: [of('Patient/b'), of('Patient/a')] } }],
      },
    ],
    [{ resourceType: 'Appointment', participant: [{ actor: of('Patient/a') }] }],
  ] as Readonly<Record<string, JsonValue>>[][])('passes %j', (resource) => {
    expect(passesPatients(['a', 'c'], resource ?? {})).toBe(true);
  });

  test.each([
    [{ resourceType: 'Patient', id: 'b' }],
    [{ resourceType: 'Patient', id: 'b', link: [{ other: of('Patient/a') }] }],
    [{ resourceType: 'Patient' }],
    [{ resourceType: 'Observation' }],
    [{ resourceType: 'Observation', subject: of('Patient/b') }],
    [{ resourceType: 'Observation', subject: of('Group/a') }],
    [{ resourceType: 'Observation', subject: of('#a') }],
    [{ resourceType: 'Observation', subject: of('https://elsewhere.example/fhir/Patient/a') }],
    [{ resourceType: 'Observation', subject: of('urn:uuid:a') }],
    [{ resourceType: 'Observation', subject: { reference: ['Patient/a'] } }],
    [{ resourceType: 'Observation', subject: 'Patient/a' }],
    [{ resourceType: 'Observation', encounter: of('Patient/a') }],
    [{ resourceType: 'Organization', id: 'a', partOf: of('Patient/a') }],
  ] as Readonly<Record<string, JsonValue>>[][])('does not pass %j', (resource) => {
    expect(passesPatients(['a', 'c'], resource ?? {})).toBe(false);
  });

  test('passes nothing when nobody is left', () => {
    expect(passesPatients([], { resourceType: 'Patient', id: 'a' })).toBe(false);
  });
});

test('a filter by time and patients passes resources that pass both', () => {
  const patients = readIdSet(writeIdSet(new Set(['a'])));
  const filter = createFilter('Patient', { since: '2026-01-01T00:00:00Z', patients, bases: OWN });
  const patient = (id: string, year: number): JsonValue => {
    return { resourceType: 'Patient', id, meta: { lastUpdated: `${year}-06-01T00:00:00Z` } };
  };
  const passed = [patient('a', 2026), patient('a', 2025), patient('b', 2026)].map((one) =>
    accepts(filter, one),
  );
  expect(passed).toEqual([true, false, false]);
});
