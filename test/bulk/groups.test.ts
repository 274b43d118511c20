import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import { accepted, ended, exported, get, patient, post, refusalOf, resourcesIn } from './bulk-requests.js';
import type { Outcome } from './bulk-requests.js';

const group = (id: string, more: object = {}) => {
  return { resourceType: 'Group', id, type: 'person', actual: true, ...more };
};
const GROUPS = [
  group('cohort', { name: 'Diabetes 2025', identifier: [{ system: 'http://example.org/g', value: '7' }] }),
  group('other', { name: "O'Neill", member: [{ entity: { reference: 'Patient/cohort' } }] }),
  group('nameless'),
  group('one', {
    member: [{ entity: { reference: 'Patient/a' } }, { entity: { reference: 'Patient/nobody' } }],
  }),
  group('more', { member: ['a', 'b'].map((id) => ({ entity: { reference: `Patient/${id}` } })) }),
  group('around', { member: [{ entity: { reference: 'Group/twice' } }] }),
  group('twice', { member: [{ entity: { reference: 'Patient/a' } }] }),
  group('twice', { member: [{ entity: { reference: 'Patient/b' } }] }),
];
const LINKED = {
  resourceType: 'Patient',
  id: 'linked',
  link: [{ other: { reference: 'Patient/a' }, type: 'seealso' }],
};

let server: BulkServer;
beforeAll(async () => {
  const lines = GROUPS.map((one) => JSON.stringify(one));
  server = await startBulkServer({
    more: {
      'Group.ndjson': `${lines.join('\n')}\nno resource\n`,
      '1.Patient.ndjson': `${JSON.stringify(LINKED)}\n`,
    },
    environment: { GROUP_SEARCH_BYTES: '10000', MALFORMED_LINES: 'skip' },
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const ask = (path: string, base = server.fhirUrl) =>
  fetch(`${base}/${path}`, { headers: { Accept: 'application/fhir+json' } });

interface Bundle {
  readonly resourceType: string;
  readonly type: string;
  readonly total: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly fullUrl: string; readonly resource: { readonly id: string } }[];
}

async function found(query: string): Promise<readonly string[]> {
  const response = await ask(`Group${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const { entry = [] } = (await response.json()) as Bundle;
  return entry.map(({ resource }) => resource.id);
}

describe('a client that looks for a group', () => {
  test('reads it by its id as it is stored', async () => {
    const response = await ask('Group/cohort');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect(await response.json()).toEqual(GROUPS[0]);
  });

  test.each(['Group/nobody', 'Group/a%20b'])('is told that %s is not there', async (path) => {
    expect(await refusalOf(await ask(path))).toEqual([404, 'not-found -']);
  });

  test('finds all of them in a searchset', async () => {
    const bundle = (await (await ask('Group')).json()) as Bundle;
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: GROUPS.length });
    expect(bundle.link).toEqual([{ relation: 'self', url: `${server.fhirUrl}/Group` }]);
    expect(bundle.entry?.map(({ fullUrl }) => fullUrl)).toEqual(
      GROUPS.map(({ id }) => `${server.fhirUrl}/Group/${id}`),
    );
  });

  test.each([
    ['?_id=cohort', ['cohort']],
    ['?_id=cohort,nameless,nobody', ['cohort', 'nameless']],
    ['?identifier=http://example.org/g|7', ['cohort']],
    ['?name=diab', ['cohort']],
    ['?name=o%27neill&_id=other', ['other']],
    ['?name=o%27neill&_id=cohort', []],
    ['?member=Patient/cohort', ['other']],
    ['?source=default&_id=nameless', ['nameless']],
  ])('finds %s', async (query, ids) => {
    expect(await found(query)).toEqual(ids);
  });

  test.each([
    ['?foo=bar', 'not-supported -'],
    ['?_count=1', 'not-supported -'],
    ['?source=nowhere', 'not-supported source'],
  ])('is refused %s', async (query, issue) => {
    expect(await refusalOf(await ask(`Group${query}`))).toEqual([400, issue]);
  });

  test('is told when there is too much to look through', async () => {
    await using small = await startBulkServer({ environment: { GROUP_SEARCH_BYTES: '100' } });
    expect(await refusalOf(await ask('Group/g', small.fhirUrl))).toEqual([422, 'too-costly -']);
    expect(await refusalOf(await ask('Group', small.fhirUrl))).toEqual([422, 'too-costly -']);
  });
});

describe('an export of a group', () => {
  test('has the group itself, and none that names others with its members', async () => {
    const { ids } = await exported(get(server.fhirUrl, 'Group/one/$export?_type=Group,Patient'));
    expect(ids).toEqual({ Group: ['one'], Patient: ['a'] });
    const named = await exported(post(server.fhirUrl, 'Patient/$export', [patient('b')]));
    expect(named.ids['Group']).toEqual(['twice']);
  });

  test('has no patient who is linked to a member', async () => {
    const { ids } = await exported(get(server.fhirUrl, 'Group/more/$export?_type=Patient'));
    expect(ids).toEqual({ Patient: ['a', 'b'] });
  });

  test('counts the members who are no patients of the source in error', async () => {
    const { manifest } = await exported(get(server.fhirUrl, 'Group/one/$export?_type=Patient'));
    const outcomes = (await Promise.all((manifest.error ?? []).map(({ url }) => resourcesIn(url)))).flat();
    expect((outcomes as unknown as readonly Outcome[]).flatMap(({ issue }) => issue)).toEqual([
      {
        severity: 'warning',
        code: 'processing',
        diagnostics: 'members of the group are no Patient of the source: 1',
        expression: ['group'],
      },
    ]);
  });

  test.each(['twice', 'around'])('fails where the source has two groups of one id: %s', async (id) => {
    const status = await accepted(await get(server.fhirUrl, `Group/${id}/$export`));
    const response = await ended(status);
    expect(response.status).toBe(422);
    const { issue } = (await response.json()) as Outcome;
    expect(issue[0]).toMatchObject({ code: 'duplicate', expression: ['group'] });
    expect(issue[0]?.diagnostics).toContain('more than one Group/twice');
  });
});
