import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NEW, OLD, SINCE, startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import { exported, get, patient, post, resourcesIn } from './bulk-requests.js';

const URLS = ['Patient/left', 'Patient/stranger', 'Observation/gone', 'Organization/gone'];
const GROUP = {
  resourceType: 'Group',
  id: 'g',
  meta: { lastUpdated: OLD },
  type: 'person',
  actual: true,
  member: ['a', 'left'].map((id) => ({ entity: { reference: `Patient/${id}` } })),
};

let server: BulkServer;
beforeAll(async () => {
  const deleted = URLS.map((url) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    meta: { lastUpdated: NEW },
    entry: [{ request: { method: 'DELETE', url } }],
  }));
  server = await startBulkServer({
    more: {
      'Group.ndjson': `${JSON.stringify(GROUP)}\n`,
      'deleted.ndjson': deleted.map((bundle) => `${JSON.stringify(bundle)}\n`).join(''),
    },
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function deletedIn(kickOff: Promise<Response>): Promise<readonly string[]> {
  const { manifest } = await exported(kickOff);
  const bundles = await Promise.all((manifest.deleted ?? []).map(({ url }) => resourcesIn(url)));
  return bundles.flat().flatMap(({ entry }) => {
    const entries = entry as readonly { readonly request: { readonly url: string } }[];
    return entries.map(({ request }) => request.url);
  });
}

const since = `_since=${encodeURIComponent(SINCE)}`;

test('a system export tells all deletions, and a patient export those of its types', async () => {
  expect(await deletedIn(get(server.fhirUrl, `$export?${since}`))).toEqual(URLS);
  expect(await deletedIn(get(server.fhirUrl, `Patient/$export?${since}`))).toEqual(URLS.slice(0, 3));
});

test('a group export tells no deletion of a patient who is no member, and those of other resources', async () => {
  const told = ['Patient/left', 'Observation/gone'];
  expect(await deletedIn(get(server.fhirUrl, `Group/g/$export?${since}`))).toEqual(told);
});

test('an export of patients tells no deletion of another patient', async () => {
  const parameters = [patient('a'), { name: '_since', valueInstant: SINCE }];
  expect(await deletedIn(post(server.fhirUrl, 'Patient/$export', parameters))).toEqual(['Observation/gone']);
});
