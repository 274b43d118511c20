import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NEW, OLD, SINCE, startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import { exported, get, patient, post, resourcesIn } from './bulk-requests.js';

/** Between `SINCE` and `NEW`. */
const [BEFORE, BETWEEN] = ['2025-08-01T00:00:00Z', '2025-09-01T00:00:00Z'];
/** Of a resource that was changed between them. */
const GONE = ['Encounter/gone', 'Encounter/gone'];
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
  const bundle = (lastUpdated: string | null | undefined, ...urls: readonly string[]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    meta: { lastUpdated },
    entry: urls.map((url) => ({ request: { method: 'DELETE', url } })),
  });
  const encounter = (id: string, lastUpdated: string) => {
    const subject = { reference: 'Patient/a' };
    return JSON.stringify({
      resourceType: 'Encounter',
      id,
      meta: { lastUpdated },
      status: 'finished',
      subject,
    });
  };
  const deleted = [
    ...URLS.map((url) => bundle(NEW, url)),
    bundle(BEFORE, 'Encounter/gone', 'Encounter/recreated'),
    bundle(NEW, 'Encounter/gone'),
    bundle('2100-01-01T00:00:00Z', 'Encounter/recreated'),
    // Of no type of FHIR.
    ...[undefined, null, 'yesterday'].map((lastUpdated) => bundle(lastUpdated, 'NoType/gone')),
    bundle(NEW, 'https://other.example/fhir/Patient/a', 'Patient/a/_history/1', 'Patient?identifier=7'),
  ];
  const encounters = [encounter('gone', BETWEEN), encounter('recreated', BETWEEN), encounter('old', OLD)];
  server = await startBulkServer({
    more: {
      'Encounter.ndjson': `${encounters.join('\n')}\n`,
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
  expect(await deletedIn(get(server.fhirUrl, `$export?${since}`))).toEqual([...URLS, ...GONE]);
  expect(await deletedIn(get(server.fhirUrl, `Patient/$export?${since}`))).toEqual([
    ...URLS.slice(0, 3),
    ...GONE,
  ]);
});

test('a group export tells no deletion of a patient who is no member, and those of other resources', async () => {
  const told = ['Patient/left', 'Observation/gone', ...GONE];
  expect(await deletedIn(get(server.fhirUrl, `Group/g/$export?${since}`))).toEqual(told);
});

test('an export of patients tells no deletion of another patient', async () => {
  const parameters = [patient('a'), { name: '_since', valueInstant: SINCE }];
  expect(await deletedIn(post(server.fhirUrl, 'Patient/$export', parameters))).toEqual([
    'Observation/gone',
    ...GONE,
  ]);
});

test.each(['$export', 'Group/g/$export'])(
  '%s has each resource in output or in deleted, by what happened to it last before the transaction time',
  async (address) => {
    const told = await exported(get(server.fhirUrl, `${address}?${since}&_type=Encounter`));
    expect(told.ids).toEqual({ Encounter: ['recreated'] });
    const bundles = await Promise.all((told.manifest.deleted ?? []).map(({ url }) => resourcesIn(url)));
    expect(JSON.stringify(bundles)).not.toContain('recreated');
    expect(JSON.stringify(bundles)).toContain('Encounter/gone');
  },
);

test('a resource that is gone is in no export, and blocks of patients tell of it', async () => {
  const all = await exported(get(server.fhirUrl, '$export?_type=Encounter'));
  expect(all.ids).toEqual({ Encounter: ['old', 'recreated'] });
  const kickOff = get(server.fhirUrl, `$export?${since}&_type=Encounter&organizeOutputBy=Patient`);
  const { manifest } = await exported(kickOff);
  const blocks = (await Promise.all(manifest.output.map(({ url }) => resourcesIn(url)))).flat();
  expect(blocks.map(({ id }) => id).filter((id) => id !== undefined)).toEqual(['recreated']);
  expect(
    await deletedIn(get(server.fhirUrl, `$export?${since}&_type=Encounter&organizeOutputBy=Patient`)),
  ).toEqual(GONE);
});

async function errorsOf(address: string): Promise<readonly string[]> {
  const { manifest } = await exported(get(server.fhirUrl, address));
  const outcomes = (await Promise.all((manifest.error ?? []).map(({ url }) => resourcesIn(url)))).flat();
  return outcomes.flatMap(({ issue }) =>
    (issue as readonly { severity: string; diagnostics: string }[]).map(
      ({ severity, diagnostics }) => `${severity} ${diagnostics}`,
    ),
  );
}

const skipped = 'error entries of the deletions of the source were skipped, because';
const entriesPassedOver = [
  `${skipped} their resource is behind a base that is none of the source: 1`,
  `${skipped} they delete one version of a resource: 1`,
  `${skipped} they delete what a search finds: 1`,
];

test('entries that delete no resource of the source, and Bundles without a time, are told in error once', async () => {
  const unreadable = expect.stringMatching(
    /because their meta\.lastUpdated is not an instant: 1, the first at byte offset \d+$/,
  );
  const texts = await errorsOf(`$export?${since}&_type=Patient`);
  expect(texts).toHaveLength(5);
  expect(texts).toEqual(
    expect.arrayContaining([
      ...entriesPassedOver,
      'warning Bundles of deletions passed _since because they have no meta.lastUpdated: 2',
      unreadable,
    ]),
  );
});

test('Bundles without a time are told too where no deletions are', async () => {
  const earlier = 'warning Bundles of deletions count as earlier than every change of a resource because';
  expect(await errorsOf('$export?_type=Patient')).toEqual([
    ...entriesPassedOver,
    `${earlier} they have no meta.lastUpdated: 2`,
    `${earlier} their meta.lastUpdated is not an instant: 1`,
  ]);
});
