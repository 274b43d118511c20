import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { library, needs } from '../e2e/sql-library.js';
import { writeFixture } from '../sqlquery/write-fixture.js';
import { completeExport } from './finish-export.js';
import { accepted, endlessView, kickOff, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

/** Things of the north have the word HIDDEN in their names, and nobody has anything with ABSENT. */
const [HIDDEN, ABSENT] = ['hidden', 'absent'] as const;

let platform: Platform;
let api: ApiService;
let settings: Record<string, string>;
let tokenOf: (claims: object) => Promise<string>;
let north: Record<string, string>;
let south: Record<string, string>;

const canonical = (kind: string, name: string): string => `http://example.org/${kind}/${name}`;
const JSON_BODY = { 'Content-Type': 'application/fhir+json' };

const view = (name: string) => ({
  ...patientView,
  name,
  url: canonical('ViewDefinition', name),
  select: [{ column: [{ name: `${name}_column`, path: 'id' }] }],
});
const sqlView = (name: string) => ({
  ...library('sql-view', `SELECT ${name}_column FROM p`, [needs(canonical('ViewDefinition', name), 'p')]),
  name: `sql_${name}`,
  url: canonical('Library', name),
});
const valueSet = (name: string) => ({
  resourceType: 'ValueSet',
  status: 'active',
  name,
  url: canonical('ValueSet', name),
  expansion: { timestamp: '2026-01-01', contains: [{ system: 'http://x.org', code: `${name}-code` }] },
});

beforeAll(async () => {
  platform = await openPlatform();
  await rm(join(platform.data, 'Patient.ndjson'));
  for (const [tenant, id] of [
    ['north', HIDDEN],
    ['south', 'open'],
  ] as const) {
    const at = join(platform.data, tenant);
    await mkdir(at);
    await writeFile(join(at, 'Patient.ndjson'), `{"resourceType":"Patient","id":"${id}"}\n`);
    await writeFile(
      join(at, 'Group.ndjson'),
      `{"resourceType":"Group","id":"${id}","member":[{"entity":{"reference":"Patient/${id}"}}]}\n`,
    );
  }
  await mkdir(join(platform.data, `north-${HIDDEN}`));
  await writeFile(join(platform.data, `north-${HIDDEN}`, 'Patient.ndjson'), '');
  const at = (name: string): string => join(platform.out, '..', name);
  await mkdir(at('table'));
  await writeFixture(join(at('table'), '1.parquet'), [
    { name: 'hidden_column', type: 'INTEGER', values: [1] },
  ]);
  await writeFile(
    at('tables.json'),
    JSON.stringify([{ tenant: 'north', canonical: canonical('table', HIDDEN), place: at('table') }]),
  );
  const tenants = {
    north: { sources: ['north', `north-${HIDDEN}`], defaultSource: 'north' },
    south: { sources: ['south'] },
  };
  await writeFile(at('tenants.json'), JSON.stringify({ tenants }));
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  await writeFile(at('jwks.json'), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }));
  settings = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: 'https://idp.example',
    AUTH_AUDIENCE: 'https://sof.example/fhir',
    AUTH_JWKS_FILE: at('jwks.json'),
    AUTH_ALGORITHMS: 'ES256',
    AUTH_TENANT_CLAIM: 'tenant',
    AUTH_TENANTS_FILE: at('tenants.json'),
    EXTERNAL_TABLES_FILE: at('tables.json'),
  };
  api = await platform.start(settings);
  tokenOf = (claims) =>
    new SignJWT({
      iss: 'https://idp.example',
      aud: 'https://sof.example/fhir',
      exp: Math.floor(Date.now() / 1000) + 3600,
      client_id: 'etl',
      scope: 'system/*.cruds',
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
  // Of one name: what tells them apart is the tenant alone.
  north = { Authorization: `Bearer ${await tokenOf({ tenant: 'north' })}` };
  south = { Authorization: `Bearer ${await tokenOf({ tenant: 'south' })}` };
  for (const resource of [view(HIDDEN), sqlView(HIDDEN), valueSet(HIDDEN)]) {
    const { resourceType } = resource;
    const stored = await fetch(`${api.fhirUrl}/${resourceType}/${HIDDEN}`, {
      method: 'PUT',
      headers: { ...JSON_BODY, ...north },
      body: JSON.stringify({ ...resource, id: HIDDEN }),
    });
    if (stored.status !== 201) throw new Error(await stored.text());
  }
});
afterAll(() => platform.close());

const queryOver = (sql: string, ...dependencies: readonly object[]) => ({
  name: 'subject',
  part: [
    { name: 'name', valueString: 'q' },
    { name: 'subjectResource', resource: library('sql-query', sql, dependencies) },
  ],
});

type Ask = (name: string, headers: Record<string, string>) => Promise<Response>;
const get =
  (path: (name: string) => string): Ask =>
  (name, headers) =>
    fetch(`${api.fhirUrl}${path(name)}`, { headers, redirect: 'manual' });
const exporting =
  (...parts: readonly ((name: string) => object)[]): Ask =>
  (name, headers) =>
    kickOff(api.fhirUrl, parameters(...parts.map((part) => part(name))), headers);
const running =
  (...parts: readonly ((name: string) => object)[]): Ask =>
  (name, headers) =>
    fetch(`${api.fhirUrl}/$sql-run`, {
      method: 'POST',
      headers: { ...JSON_BODY, ...headers },
      body: JSON.stringify(parameters(...parts.map((part) => part(name)))),
    });

/** A request that names something of the north, and the facts that an answer tells of it. */
const asks: readonly (readonly [what: string, ask: Ask])[] = [
  ['a view by its id', get((name) => `/ViewDefinition/${name}`)],
  ['a version of a view', get((name) => `/ViewDefinition/${name}/_history/1`)],
  ['the history of a view', get((name) => `/ViewDefinition/${name}/_history`)],
  ['a search for a view', get((name) => `/ViewDefinition?url=${canonical('ViewDefinition', name)}`)],
  ['a search for a Library', get((name) => `/Library?url=${canonical('Library', name)}`)],
  ['the schema of a view', get((name) => `/ViewDefinition/${name}/$schema`)],
  ['a check of a view', get((name) => `/ViewDefinition/${name}/$validate`)],
  ['a Group', get((name) => `/Group/${name}`)],
  ['a search for a Group', get((name) => `/Group?_id=${name}`)],
  [
    'an export of a view by its reference',
    exporting((name) => ({
      name: 'subject',
      part: [{ name: 'subjectReference', valueReference: { reference: `ViewDefinition/${name}` } }],
    })),
  ],
  [
    'an export of a view by its canonical URL',
    exporting((name) => ({
      name: 'subject',
      part: [{ name: 'subjectCanonical', valueCanonical: canonical('ViewDefinition', name) }],
    })),
  ],
  [
    'a run of a view by its canonical URL',
    running((name) => ({ name: 'subjectCanonical', valueCanonical: canonical('ViewDefinition', name) })),
  ],
  ...(['ViewDefinition', 'Library', 'ValueSet', 'table'] as const).flatMap((kind): [string, Ask][] => [
    [
      `SQL over a ${kind}`,
      exporting((name) => queryOver(`SELECT * FROM t`, needs(canonical(kind, name), 't'))),
    ],
    [
      `SQL over a ${kind} with a label of its name`,
      exporting((name) => queryOver(`SELECT * FROM ${name}`, needs(canonical(kind, name), name))),
    ],
  ]),
  [
    'SQL with a name that it has no table of',
    exporting(
      (name) => queryOver(`SELECT * FROM sql_${name}`, needs(canonical('ViewDefinition', 'own'), 'own')),
      () => ({ name: 'context', resource: view('own') }),
    ),
  ],
  [
    'SQL with a column that is nearly one of the north',
    exporting(
      (name) => queryOver(`SELECT ${name}_colum FROM own`, needs(canonical('ViewDefinition', 'own'), 'own')),
      () => ({ name: 'context', resource: view('own') }),
    ),
  ],
  [
    'a SQLView of the request over a view of the north',
    exporting(
      () => queryOver('SELECT * FROM mine', needs(canonical('Library', 'mine'), 'mine')),
      (name) => ({
        name: 'context',
        resource: {
          ...library('sql-view', 'SELECT * FROM p', [needs(canonical('ViewDefinition', name), 'p')]),
          url: canonical('Library', 'mine'),
        },
      }),
    ),
  ],
  [
    'a SQLView of the request under the URL of one of the north',
    exporting(
      (name) => queryOver('SELECT nothing FROM mine', needs(canonical('Library', name), 'mine')),
      (name) => ({
        name: 'context',
        resource: { ...library('sql-view', 'SELECT 1 AS one', []), url: canonical('Library', name) },
      }),
    ),
  ],
  [
    'a source',
    exporting(
      () => subject,
      (name) => ({ name: 'source', valueUri: `north-${name}` }),
    ),
  ],
  [
    'a patient',
    exporting(
      () => subject,
      (name) => ({ name: 'patient', valueReference: { reference: `Patient/${name}` } }),
    ),
  ],
  [
    'a group',
    exporting(
      () => subject,
      (name) => ({ name: 'group', valueReference: { reference: `Group/${name}` } }),
    ),
  ],
];

/** An answer without what differs between two requests: ids, times, and the name that was asked for. */
async function toldBy(response: Response, name: string): Promise<{ status: number; text: string }> {
  const text = await response.text();
  return {
    status: response.status,
    text: text
      .replaceAll(name, '<name>')
      .replaceAll(/\b[0-9a-f]{32}\b|\b[0-9a-f-]{36}\b/g, '<id>')
      .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<time>'),
  };
}

describe('to another tenant what a tenant has is what nobody has', () => {
  test.each(asks)('%s', async (_, ask) => {
    const [hidden, absent] = [
      await toldBy(await ask(HIDDEN, south), HIDDEN),
      await toldBy(await ask(ABSENT, south), ABSENT),
    ];
    expect(hidden).toEqual(absent);
    expect(hidden.text).not.toMatch(/hidden|north/);
  });

  test('which has most of it for itself', async () => {
    const differs = await Promise.all(
      asks.map(async ([, ask]) => {
        const mine = await toldBy(await ask(HIDDEN, north), HIDDEN);
        return mine.status !== (await ask(ABSENT, north)).status || mine.text.includes('hidden');
      }),
    );
    // Faults of the SQL itself are the same for everybody, and so are searches that find nothing.
    expect(differs.filter(Boolean).length).toBeGreaterThan(12);
  });
});

describe('an export of another tenant', () => {
  const answersTo = async (id: string): Promise<readonly object[]> => {
    const answers: object[] = [];
    for (const [method, path] of [
      ['GET', 'status'],
      ['GET', 'result'],
      ['GET', 'bulk-status'],
      ['GET', 'bulk-status/1'],
      ['GET', 'files/patients.part1.ndjson'],
      ['HEAD', 'files/patients.part1.ndjson'],
      ['DELETE', 'status'],
      ['DELETE', 'result'],
      ['DELETE', 'bulk-status'],
    ] as const) {
      const response = await fetch(`${api.fhirUrl}/export/${id}/${path}`, {
        method,
        headers: south,
        redirect: 'manual',
      });
      const headers = [...response.headers.keys()].filter((name) => name !== 'content-length').toSorted();
      answers.push({ method, path, headers, ...(await toldBy(response, id)) });
    }
    return answers;
  };

  test('cannot be read, polled, ended or removed, and is told from one that there is not by nothing', async () => {
    const { id } = await accepted(await kickOff(api.fhirUrl, parameters(subject), north));
    const unknown = await answersTo('0123456789abcdef0123456789abcdef');
    expect(unknown.map((answer) => (answer as { status: number }).status)).toEqual(Array(9).fill(404));
    expect(await answersTo(id)).toEqual(unknown);
    await completeExport(platform, id, ['{}\n']);
    expect(await answersTo(id)).toEqual(unknown);
    const status = await fetch(`${api.fhirUrl}/export/${id}/status`, { headers: north, redirect: 'manual' });
    expect(status.status).toBe(303);
  });

  test('is in no list, and none is given for a key that both tenants use', async () => {
    const key = { 'Idempotency-Key': `"${randomUUID()}"` };
    const first = await accepted(await kickOff(api.fhirUrl, parameters(subject), { ...north, ...key }));
    const second = await accepted(await kickOff(api.fhirUrl, parameters(subject), { ...south, ...key }));
    expect(second.id).not.toBe(first.id);
    const lists = await Promise.all(
      ['', '?_count=1', '?_count=100'].map(async (query) =>
        (await fetch(`${api.fhirUrl}/export${query}`, { headers: south })).text(),
      ),
    );
    for (const list of lists) expect(list).not.toContain(first.id);
    expect(lists[2]).toContain(second.id);
  });
});

test.each([
  ['in other letters', 'North'],
  ['with a path', '../north'],
  ['with a path below', 'south/../north'],
  ['with a wildcard', '*'],
  ['with a zero byte', 'north\u0000'],
  ['in a list', ['north']],
  ['as an object', { north: true }],
  ['that every object has', '__proto__'],
  ['that every object inherits', 'constructor'],
])('a tenant %s is no tenant', async (_, tenant) => {
  const response = await fetch(`${api.fhirUrl}/export`, {
    headers: { Authorization: `Bearer ${await tokenOf({ tenant })}` },
  });
  expect([401, 403]).toContain(response.status);
});

const MANY = 12;

test('views of a tenant that take long to compile keep no other tenant waiting behind all of them', async () => {
  const { fhirUrl } = await platform.start({
    ...settings,
    COMPILE_THREADS: '1',
    COMPILE_TIMEOUT: '300ms',
    COMPILE_WAIT: '60s',
  });
  const answered: number[] = [];
  const flood = Array.from({ length: MANY }, async (_, at) => {
    const { status } = await fetch(`${fhirUrl}/ViewDefinition/$validate`, {
      method: 'POST',
      headers: { ...JSON_BODY, ...south },
      // Two requests for one view would share its compilation.
      body: JSON.stringify({ ...endlessView, name: `endless${at}` }),
    });
    answered.push(status);
  });
  await Promise.race(flood);
  const { status } = await kickOff(fhirUrl, parameters(subject), north);
  expect([status, answered.length < MANY / 2]).toEqual([202, true]);
  await Promise.all(flood);
  expect(answered).toHaveLength(MANY);
});
