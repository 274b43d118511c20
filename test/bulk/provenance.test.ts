import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NEW, OLD, SINCE, startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import { exported, get, patient, post, text } from './bulk-requests.js';

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
