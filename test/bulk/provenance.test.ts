import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NEW, OLD, SINCE, startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import { LENIENT, exported, get, patient, post, refusalOf, resourcesIn, text } from './bulk-requests.js';

// Provenance belongs to an export by its targets: https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters

const provenance = (id: string, recorded: string, ...targets: readonly string[]) => ({
  resourceType: 'Provenance',
  id,
  meta: { lastUpdated: recorded },
  target: targets.map((reference) => ({ reference })),
  recorded,
  agent: [{ who: { reference: 'Patient/b' } }],
});

const RESOURCES = [
  provenance('of-patient-a', OLD, 'Patient/a'),
  provenance('of-a1', OLD, 'Observation/a1'),
  provenance('of-a1-later', NEW, 'Observation/a1/_history/2'),
  provenance('of-a2-and-b1', OLD, 'Observation/b1', 'Observation/a2'),
  provenance('of-b1', NEW, 'Observation/b1'),
  provenance('of-c1', OLD, 'Observation/c1'),
  provenance('of-organization', OLD, 'Organization/org'),
  provenance('of-nothing', OLD, 'Observation/gone', 'https://elsewhere.example/fhir/Observation/a1'),
];

let server: BulkServer;
beforeAll(async () => {
  const lines = RESOURCES.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  server = await startBulkServer({ more: { 'Provenance.ndjson': lines } });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function provenanceOf(kickOff: Promise<Response>): Promise<readonly string[] | undefined> {
  return (await exported(kickOff)).ids['Provenance'];
}

describe('without a wish for associated data', () => {
  test('a system and a patient export have all of it', async () => {
    const all = RESOURCES.map(({ id }) => id).sort();
    expect(await provenanceOf(get(server.fhirUrl, '$export'))).toEqual(all);
    expect(await provenanceOf(get(server.fhirUrl, 'Patient/$export'))).toEqual(all);
  });

  test('a group export has that of all resources in the compartments of its members', async () => {
    expect(await provenanceOf(get(server.fhirUrl, 'Group/g/$export'))).toEqual([
      'of-a1',
      'of-a1-later',
      'of-a2-and-b1',
      'of-c1',
      'of-patient-a',
    ]);
  });

  test('an export of patients has that of their resources, of other types too', async () => {
    const parameters = [patient('b'), text('_type', 'Patient,Provenance')];
    expect(await provenanceOf(post(server.fhirUrl, 'Patient/$export', parameters))).toEqual([
      'of-a2-and-b1',
      'of-b1',
    ]);
  });

  test('types without Provenance exclude it', async () => {
    expect(await provenanceOf(get(server.fhirUrl, 'Group/g/$export?_type=Patient'))).toBeUndefined();
  });

  test('it has changed since, or is of a member who joined since', async () => {
    const since = `_since=${encodeURIComponent(SINCE)}`;
    expect(await provenanceOf(get(server.fhirUrl, `Group/g/$export?${since}`))).toEqual([
      'of-a1-later',
      'of-c1',
    ]);
  });
});

describe('with includeAssociatedData', () => {
  const latest = 'includeAssociatedData=LatestProvenanceResources';
  const relevant = 'includeAssociatedData=RelevantProvenanceResources';
  const ofObservations = ['of-a1', 'of-a1-later', 'of-a2-and-b1', 'of-b1', 'of-c1'];

  test('relevant Provenance is all that of exported resources, though _type does not name it', async () => {
    const { ids } = await exported(get(server.fhirUrl, `$export?_type=Observation&${relevant}`));
    expect(Object.keys(ids)).toEqual(['Observation', 'Provenance']);
    expect(ids['Provenance']).toEqual(ofObservations);
  });

  test('the latest Provenance is the one of each exported resource that was recorded last', async () => {
    const ofEach = ['of-a1-later', 'of-a2-and-b1', 'of-b1', 'of-c1'];
    expect(await provenanceOf(get(server.fhirUrl, `$export?_type=Observation&${latest}`))).toEqual(ofEach);
    expect(await provenanceOf(get(server.fhirUrl, `Group/g/$export?_type=Observation&${latest}`))).toEqual([
      'of-a1-later',
      'of-a2-and-b1',
      'of-c1',
    ]);
  });

  test.each([`${latest},RelevantProvenanceResources`, `${relevant}&${latest}`])(
    '%s: the value that gives more wins',
    async (query) => {
      expect(await provenanceOf(get(server.fhirUrl, `$export?_type=Observation&${query}`))).toEqual(
        ofObservations,
      );
    },
  );

  test('Provenance of a resource that changed since is there whatever its age', async () => {
    const since = `_since=${encodeURIComponent(SINCE)}`;
    const query = `_type=Observation&${since}&${relevant}`;
    expect(await provenanceOf(get(server.fhirUrl, `$export?${query}`))).toEqual(['of-a2-and-b1']);
  });

  test('version 4 takes Codings', async () => {
    const coding = (code: string, system?: string) => {
      return { name: 'includeAssociatedData', valueCoding: { code, ...(system && { system }) } };
    };
    const guide = 'http://hl7.org/fhir/uv/bulkdata/CodeSystem/include-associated-data';
    const types = text('_type', 'Observation');
    const asked = post(server.fhirUrl, '$export-v4', [
      types,
      coding('LatestProvenanceResources', guide),
      coding('RelevantProvenanceResources'),
    ]);
    expect(await provenanceOf(asked)).toEqual(ofObservations);
    const others = await post(server.fhirUrl, '$export-v4', [
      types,
      coding('LatestProvenanceResources', 'http://example.org/codes'),
    ]);
    expect(await refusalOf(others)).toEqual([400, 'not-supported includeAssociatedData[0]']);
    const asText = await post(server.fhirUrl, '$export-v4', [types, text('includeAssociatedData', 'x')]);
    expect(await refusalOf(asText)).toEqual([400, 'invalid includeAssociatedData[0]']);
  });

  test('a lenient request passes over what is not known, and is told so', async () => {
    const query = `$export?_type=Observation&${latest},_mine`;
    const { ids, manifest } = await exported(get(server.fhirUrl, query, LENIENT));
    expect(ids['Provenance']).toContain('of-a1-later');
    expect(ids['Provenance']).not.toContain('of-a1');
    const told = await resourcesIn(manifest.error?.[0]?.url ?? '');
    expect(JSON.stringify(told)).toContain('_mine');
  });
});
