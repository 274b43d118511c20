import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IDS, NEW, OLD, SINCE, startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import {
  LENIENT,
  accepted,
  ended,
  exported,
  get,
  patient,
  post,
  refusalOf,
  resourcesIn,
  text,
} from './bulk-requests.js';
import type { Outcome } from './bulk-requests.js';

let server: BulkServer;
beforeAll(async () => {
  server = await startBulkServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const TARGETS = ['$export', 'Patient/$export', 'Group/g/$export'];
const idsOf = async (target: string) => (await exported(get(server.fhirUrl, target))).ids;

describe.each(TARGETS)('%s', (target) => {
  test('is accepted by GET, with the absolute URL of its status and an OperationOutcome', async () => {
    const response = await get(server.fhirUrl, target);
    expect(response.status).toBe(202);
    expect(response.headers.get('content-location')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/fhir\//);
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect(((await response.json()) as Outcome).resourceType).toBe('OperationOutcome');
  });

  test('is accepted by POST, with parameters or none', async () => {
    expect((await post(server.fhirUrl, target, [])).status).toBe(202);
    const headers = { Accept: 'application/fhir+json', Prefer: 'respond-async' };
    expect((await fetch(`${server.fhirUrl}/${target}`, { method: 'POST', headers })).status).toBe(202);
    const one = await exported(post(server.fhirUrl, target, [text('_type', 'Patient')]));
    expect(Object.keys(one.ids)).toEqual(['Patient']);
  });

  test.each(['application/fhir+ndjson', 'application/ndjson', 'ndjson'])(
    'takes the format %s',
    async (format) => {
      const query = `_outputFormat=${encodeURIComponent(format)}`;
      expect((await get(server.fhirUrl, `${target}?${query}`)).status).toBe(202);
      expect((await post(server.fhirUrl, target, [text('_outputFormat', format)])).status).toBe(202);
    },
  );

  test.each([
    ['of another format', '_outputFormat=application/xml', 'not-supported _outputFormat'],
    ['since an impossible time', '_since=0000-60-01T30:70:80%2B05:00', 'invalid _since'],
    ['since the future', '_since=2057-01-01T00:00:00%2B05:00', 'value _since'],
    ['of an unknown type', '_type=MissingType', 'not-supported _type[0]'],
    ['with an unknown parameter', 'foo=bar', 'not-supported foo'],
    [
      'with a search that cannot be used',
      '_typeFilter=Patient%3Fstatus%3Dactive',
      'not-supported _typeFilter[0]',
    ],
    ['that is organized by other resources', 'organizeOutputBy=Group', 'not-supported organizeOutputBy'],
    ['in pages or not', 'allowPartialManifests=perhaps', 'invalid allowPartialManifests'],
    [
      'with unknown associated data',
      'includeAssociatedData=LatestProvenanceResources,_mine',
      'not-supported includeAssociatedData[0]',
    ],
    [
      'with associated data of resources that are searched for',
      'includeAssociatedData=LatestProvenanceResources&_typeFilter=Observation%3Fcode%3Dx',
      'not-supported includeAssociatedData[0]',
    ],
  ])('%s is refused', async (_, query, issue) => {
    expect(await refusalOf(await get(server.fhirUrl, `${target}?${query}`))).toEqual([400, issue]);
  });

  test('is refused without Prefer: respond-async', async () => {
    const response = await fetch(`${server.fhirUrl}/${target}`, {
      headers: { Accept: 'application/fhir+json' },
    });
    expect(await refusalOf(response)).toEqual([400, 'required -']);
  });

  test('is refused by another method', async () => {
    const headers = { Accept: 'application/fhir+json', Prefer: 'respond-async' };
    const response = await fetch(`${server.fhirUrl}/${target}`, { method: 'DELETE', headers });
    expect(await refusalOf(response)).toEqual([400, 'required -']);
  });

  test('of version 4 is taken by POST alone, with repeated parameters', async () => {
    const v4 = target.replace('$export', '$export-v4');
    expect((await get(server.fhirUrl, v4)).status).toBe(400);
    const lists = await post(server.fhirUrl, v4, [text('_type', 'Patient,Observation')]);
    expect(await refusalOf(lists)).toEqual([400, 'not-supported _type[0]']);
    const repeated = [text('_type', 'Patient'), text('_type', 'Observation')];
    expect(Object.keys((await exported(post(server.fhirUrl, v4, repeated))).ids)).toEqual([
      'Patient',
      'Observation',
    ]);
  });
});

describe('which resources are exported', () => {
  test('all types of the source at the system level, and nothing that was changed after the kick-off', async () => {
    expect(await idsOf('$export')).toEqual(
      Object.fromEntries(Object.entries(IDS).map(([type, ids]) => [type, [...ids].sort()])),
    );
  });

  test('the types in the compartments of patients at the patient level', async () => {
    expect(await idsOf('Patient/$export')).toEqual({
      Group: ['empty', 'g'],
      Observation: ['a1', 'a2', 'b1', 'c1'],
      Patient: ['a', 'b', 'c'],
    });
  });

  test('the compartments of its members at the group level', async () => {
    expect(await idsOf('Group/g/$export')).toEqual({
      Group: ['g'],
      Observation: ['a1', 'a2', 'c1'],
      Patient: ['a', 'c'],
    });
    expect(await idsOf('Group/empty/$export')).toEqual({});
  });

  test('those of the patients who are named by POST', async () => {
    const { ids } = await exported(post(server.fhirUrl, 'Patient/$export', [patient('a'), patient('b')]));
    expect(ids).toMatchObject({ Patient: ['a', 'b'], Observation: ['a1', 'a2', 'b1'] });
    const member = await exported(post(server.fhirUrl, 'Group/g/$export', [patient('a')]));
    expect(member.ids).toMatchObject({ Patient: ['a'], Observation: ['a1', 'a2'] });
  });

  test('none where a patient who is named is not a member of the group', async () => {
    const statusUrl = await accepted(
      await post(server.fhirUrl, 'Group/g/$export', [patient('a'), patient('b')]),
    );
    const response = await ended(statusUrl);
    expect(response.status).toBe(400);
    const { issue } = (await response.json()) as Outcome;
    expect(issue).toMatchObject([
      {
        code: 'not-found',
        diagnostics: 'Patient/b was not a member of Group/g when the export was accepted',
        expression: ['patient'],
      },
    ]);
  });

  test('none of a group without members, which is told', async () => {
    const { manifest } = await exported(get(server.fhirUrl, 'Group/empty/$export'));
    const [told] = await resourcesIn(manifest.error?.[0]?.url ?? '');
    expect(told).toMatchObject({
      issue: [
        {
          severity: 'information',
          diagnostics: 'no patient was a member of Group/empty when the export was accepted',
        },
      ],
    });
  });

  test('none of a patient who is not there, or not at this level', async () => {
    const unknown = await post(server.fhirUrl, 'Patient/$export', [patient('nobody')]);
    expect(await refusalOf(unknown)).toEqual([400, 'not-found patient']);
    const system = await post(server.fhirUrl, '$export', [patient('a')]);
    expect(await refusalOf(system)).toEqual([400, 'invalid patient']);
    expect((await get(server.fhirUrl, 'Patient/$export?patient=Patient/a')).status).toBe(400);
  });

  test('none of a group that is not there', async () => {
    expect(await refusalOf(await get(server.fhirUrl, 'Group/nothing/$export'))).toEqual([404, 'not-found -']);
  });

  test.each(['_type=Patient,Observation', '_type=Patient&_type=Observation'])(
    'those of the types in %s',
    async (query) => {
      expect(Object.keys(await idsOf(`$export?${query}`))).toEqual(['Patient', 'Observation']);
    },
  );

  test('those that were changed since a time, and those that do not say when', async () => {
    expect(await idsOf(`$export?_since=${SINCE}`)).toEqual({ Patient: ['b', 'c'], Observation: ['a2'] });
    expect(await idsOf(`$export?_since=${NEW}&_type=Patient`)).toEqual({ Patient: ['c'] });
  });

  test('those that were changed before a time, without that time itself', async () => {
    expect(await idsOf(`$export?_until=${NEW}&_type=Patient`)).toEqual({ Patient: ['a', 'c'] });
    expect(await idsOf(`$export?_since=${OLD}&_until=${NEW}&_type=Observation`)).toEqual({});
  });

  test('in a group, also older ones of a member who joined after that time', async () => {
    expect(await idsOf(`Group/g/$export?_since=${SINCE}&_type=Patient,Observation`)).toEqual({
      Patient: ['c'],
      Observation: ['a2', 'c1'],
    });
  });

  test.each([
    ['Observation?code=http://loinc.org|x', ['a1', 'b1']],
    ['Observation?code=x&patient=Patient/a', ['a1']],
    ['Observation?date=ge2024-05&value-quantity=gt1', ['a1', 'a2', 'b1', 'c1']],
    ['Observation?date=gt2024-05', []],
  ])('those that the search %s finds', async (search, found) => {
    const ids = await idsOf(`$export?_type=Patient,Observation&_typeFilter=${encodeURIComponent(search)}`);
    expect([ids['Observation'] ?? [], ids['Patient']]).toEqual([found, ['a', 'b', 'c']]);
  });

  test('those that one of several searches of a type finds', async () => {
    const filters = ['Observation?code=y', 'Observation?code=z,none', 'Patient?gender=female'];
    const query = filters.map((filter) => `_typeFilter=${encodeURIComponent(filter)}`).join('&');
    expect(await idsOf(`$export?_type=Patient,Observation&${query}`)).toEqual({
      Patient: ['a'],
      Observation: ['a2', 'c1'],
    });
  });
});

describe('_elements', () => {
  test('keeps these and the mandatory ones, and tags the resources as SUBSETTED', async () => {
    const query = '_type=Patient,Observation&_elements=Patient.name,Observation.subject';
    const { manifest } = await exported(get(server.fhirUrl, `$export?${query}`));
    const [patients = [], observations = []] = await Promise.all(
      manifest.output.map(({ url }) => resourcesIn(url)),
    );
    expect(patients[0]).toEqual({
      resourceType: 'Patient',
      id: 'a',
      meta: { lastUpdated: OLD, tag: [subsetted()] },
      name: [{ family: 'Ä' }],
    });
    expect(Object.keys(observations[0] ?? {}).sort()).toEqual([
      'code',
      'id',
      'meta',
      'resourceType',
      'status',
      'subject',
    ]);
  });

  test('leaves resources of other types whole where it names a type', async () => {
    const { manifest } = await exported(
      get(server.fhirUrl, '$export?_type=Organization&_elements=id,Patient.name'),
    );
    const [organizations = []] = await Promise.all(manifest.output.map(({ url }) => resourcesIn(url)));
    expect(organizations).toEqual([
      { resourceType: 'Organization', id: 'org', meta: { lastUpdated: OLD, tag: [subsetted()] } },
    ]);
  });

  function subsetted(): object {
    return { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
  }
});

test('a lenient request is carried out without what cannot be done, which is told', async () => {
  const query = '_type=Patient,None&foo=1&_typeFilter=Patient%3Fstatus%3Dactive&_elements=nothing,id';
  const { manifest, ids } = await exported(get(server.fhirUrl, `$export?${query}`, LENIENT));
  expect(ids).toEqual({ Patient: ['a', 'b', 'c'] });
  expect(manifest.error).toMatchObject([{ type: 'OperationOutcome', count: 4 }]);
  const outcomes = await resourcesIn(manifest.error?.[0]?.url ?? '');
  expect(outcomes.map(({ resourceType }) => resourceType)).toEqual(Array(4).fill('OperationOutcome'));
  const told = JSON.stringify(outcomes);
  for (const name of ['foo', '_type', '_typeFilter', '_elements'])
    expect(told).toContain(`${name} was passed over`);
});

test('a type outside of the compartments of patients, and one without files, are told of', async () => {
  const { manifest } = await exported(
    get(server.fhirUrl, 'Patient/$export?_type=Patient,Organization,Condition'),
  );
  expect(manifest.output.map(({ type }) => type)).toEqual(['Patient']);
  const outcomes = JSON.stringify(await resourcesIn(manifest.error?.[0]?.url ?? ''));
  expect(outcomes).toContain('Organization is in no compartment of a patient');
  expect(outcomes).toContain('no input holds Condition');
  expect(await refusalOf(await get(server.fhirUrl, 'Patient/$export?_type=Organization'))).toEqual([
    400,
    'not-supported _type[0]',
  ]);
});

test('a kick-off with the same idempotency key is the same export', async () => {
  const headers = { 'Idempotency-Key': '"once"' };
  const [one, other] = [
    await accepted(await get(server.fhirUrl, '$export?_type=Patient', headers)),
    await accepted(await get(server.fhirUrl, '$export?_type=Patient', headers)),
  ];
  expect(other).toBe(one);
});
