import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fhirRoutes } from '@millrace/api-service';
import type { ApiService, FhirPorts } from '@millrace/api-service';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { STORED_TYPES } from '@millrace/protocol';
import { until } from '../until.js';
import { auditEntries } from './audit-log.js';
import { KNOWN_CALLERS, statusesOf } from './auth-statuses.js';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

// The rows are made and not asked: of the ports, only what is read meanwhile is there.
const rows = fhirRoutes({ server: {}, auth: {}, polling: {} } as unknown as FhirPorts);
type Row = (typeof rows)[number];

const AUDIENCE = 'https://sof.example/fhir';
const ISSUER = 'https://idp.example';

const CALLERS = ['no token', 'expired', 'wrong audience', ...KNOWN_CALLERS] as const;
type Caller = (typeof CALLERS)[number];

let platform: Platform;
/** The token of a client that may only create Libraries. */
let creator: string;
/** The token of a client that may only read Patients. */
let reader: string;
/** The token of a client that may only read Observations. */
let observer: string;
let api: ApiService;
const tokens = new Map<Caller, string>();

beforeAll(async () => {
  platform = await openPlatform();
  for (const tenant of ['default', 'south']) {
    await mkdir(join(platform.data, tenant));
    await writeFile(
      join(platform.data, tenant, 'Group.ndjson'),
      '{"resourceType":"Group","id":"g1","member":[{"entity":{"reference":"Patient/p1"}}]}\n',
    );
  }
  await rename(join(platform.data, 'Patient.ndjson'), join(platform.data, 'default', 'Patient.ndjson'));
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const at = (name: string): string => join(platform.out, '..', name);
  await writeFile(at('jwks.json'), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }));
  await writeFile(
    at('tenants.json'),
    JSON.stringify({ tenants: { default: { sources: ['default'] }, south: { sources: ['south'] } } }),
  );
  const now = Math.floor(Date.now() / 1000);
  const right = {
    iss: ISSUER,
    aud: AUDIENCE,
    exp: now + 3600,
    client_id: 'etl',
    tenant: 'default',
    // Every type, and not all types: exports of others are not to be seen.
    scope: ['Patient', 'Group', 'ViewDefinition', 'Library', 'ValueSet', 'ConceptMap']
      .map((type) => `system/${type}.cruds`)
      .join(' '),
  };
  const claims: Readonly<Record<Exclude<Caller, 'no token'>, object>> = {
    right,
    expired: { ...right, exp: now - 3600 },
    'wrong audience': { ...right, aud: 'https://other.example' },
    'wrong scope': { ...right, scope: 'system/Basic.cruds' },
    'other tenant': { ...right, tenant: 'south', scope: 'system/*.cruds' },
    'other client': { ...right, client_id: 'other' },
    'reader of all': { ...right, client_id: 'reader', scope: 'system/*.rs' },
    'remover of all': { ...right, client_id: 'remover', scope: 'system/*.rds' },
  };
  const signed = (payload: object) =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
  for (const [caller, payload] of Object.entries(claims)) tokens.set(caller as Caller, await signed(payload));
  creator = await signed({ ...right, scope: 'system/Library.c' });
  reader = await signed({ ...right, scope: 'system/Patient.rs' });
  observer = await signed({ ...right, scope: 'system/Observation.rs' });
  api = await platform.start({
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: at('jwks.json'),
    AUTH_ALGORITHMS: 'ES256',
    AUTH_TENANT_CLAIM: 'tenant',
    AUTH_TENANTS_FILE: at('tenants.json'),
    AUDIT_REFUSALS_PER_MINUTE: '10000',
  });
});
afterAll(() => platform.close());

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const as = (caller: Caller): Record<string, string> => {
  const token = tokens.get(caller);
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
};

/** An export of the right client that is complete. */
async function exportOf(row: Row): Promise<string> {
  if (!row.path.includes('/bulk-status')) {
    const { id } = await accepted(await kickOff(api.fhirUrl, parameters(subject), as('right')));
    await completeExport(platform, id, ['{}\n']);
    return id;
  }
  const response = await fetch(`${api.fhirUrl}/$export?_type=Patient`, {
    headers: { Prefer: 'respond-async', Accept: 'application/fhir+json', ...as('right') },
  });
  const id = /\/export\/([0-9a-f]{32})\//.exec(response.headers.get('content-location') ?? '')?.[1];
  if (id === undefined) throw new Error(`the kick-off answered ${response.status}`);
  await completeExport(platform, id, ['{}\n']);
  return id;
}

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly body?: object;
}

/** A request to a row that is right in all but its sender. */
async function requestTo(row: Row): Promise<Asked> {
  const method = row.method === 'ANY' ? 'POST' : row.method;
  const origin = api.fhirUrl.replace(/\/fhir$/, '');
  let path = row.path.replace(':version', '1').replace(':page', '1');
  if (row.access === 'export') {
    path = path.replace(':id', await exportOf(row)).replace(':name', 'patients.part1.ndjson');
  } else if (path.includes('/Group/:id')) path = path.replace(':id', 'g1');
  else if (path.includes('OperationDefinition')) path = path.replace(':id', 'sql-export');
  else if (path.includes(':id')) {
    const [, type = ''] = /^\/fhir\/(\w+)\//.exec(path) ?? [];
    const id = randomUUID();
    const response = await fetch(`${api.fhirUrl}/${type}/${id}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json', ...as('right') },
      body: JSON.stringify(definition(type, id)),
    });
    if (response.status !== 201) throw new Error(`${type} was not stored: ${await response.text()}`);
    path = path.replace(':id', id);
  }
  const body = bodyFor(row, path);
  const query = method === 'PUT' && !path.includes('-') ? `?url=urn:x:${randomUUID()}` : '';
  return {
    url: `${origin}${path}${query}`,
    method,
    ...(method === 'GET' || body === undefined ? {} : { body }),
  };
}

function definition(type: string, id?: string): object {
  const common = { ...(id === undefined ? {} : { id }), status: 'active' };
  switch (type) {
    case 'ViewDefinition':
      return { ...patientView, ...common };
    case 'Library':
      return { resourceType: type, type: { coding: [{ code: 'logic-library' }] }, ...common };
    default:
      return { resourceType: type, ...common };
  }
}

function bodyFor(row: Row, path: string): object | undefined {
  if (row.method === 'DELETE') return undefined;
  if (row.path === '/fhir')
    return {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: patientView, request: { method: 'POST', url: 'ViewDefinition' } }],
    };
  if (path.includes('$validate')) return definition(path.split('/')[2] ?? '', path.split('/')[3]);
  if (path.includes('$export')) return parameters({ name: '_type', valueString: 'Patient' });
  if (/\/\$viewdefinition-(export|run)/.test(path)) {
    if (/-.*\/\$/.test(path)) return parameters();
    return parameters(
      path.endsWith('-run')
        ? { name: 'viewResource', resource: patientView }
        : { name: 'view', part: [{ name: 'viewResource', resource: patientView }] },
    );
  }
  if (path.endsWith('$sql-run')) return parameters({ name: 'subjectResource', resource: patientView });
  if (path.endsWith('$sql-export')) return parameters(subject);
  if (row.access === 'client' && row.scope.kind === 'type') {
    const [, type = '', id] = /^\/fhir\/(\w+)(?:\/([^/]+))?/.exec(path) ?? [];
    return definition(type, id);
  }
  return undefined;
}

/** The statuses of a row, in the order of the callers. */
function expected({ access, method, path }: Row): readonly number[] {
  const known = statusesOf(method, path, STORED_TYPES);
  return [...(access === 'public' ? known.slice(0, 3) : [401, 401, 401]), ...known];
}

const send = ({ url, method, body }: Asked, headers: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      Prefer: 'respond-async',
      ...(body === undefined ? {} : { 'Content-Type': 'application/fhir+json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });

/** Ids of the requests that were refused for their sender. */
const refused = new Map<string, Caller>();
/** Rows whose handler found out which types a request touches. */
const reached: string[] = [];

describe.each(rows.map((row) => [`${row.method} ${row.path}`, row] as const))('%s', (_, row) => {
  test(`answers each caller as its rule says: ${row.access}`, async () => {
    const found: [Caller, number][] = [];
    let asked = await requestTo(row);
    for (const caller of CALLERS) {
      if (row.method === 'DELETE') asked = await requestTo(row);
      const response = await send(asked, as(caller));
      found.push([caller, response.status]);
      if (response.status === 401 || response.status === 403)
        refused.set(response.headers.get('x-request-id') ?? '', caller);
      if (response.status === 401) {
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
        expect((await outcomeOf(response)).issue[0]?.code).toBe('login');
      } else if (response.status === 403) {
        expect(response.headers.get('www-authenticate')).toContain('insufficient_scope');
        expect((await outcomeOf(response)).issue[0]?.code).toBe('forbidden');
      } else await response.arrayBuffer();
    }
    const statuses = expected(row);
    expect(found).toEqual(CALLERS.map((caller, at) => [caller, statuses[at]]));
    if (row.access === 'client' && row.scope.kind === 'touched' && (statuses.at(-1) ?? 0) < 400)
      reached.push(row.path);
  });
});

test('each request that is refused for its sender has one audit entry, which no token is in', async () => {
  expect(refused.size).toBeGreaterThan(100);
  const entriesOf = (all: readonly string[], id: string) => all.filter((entry) => entry.includes(`"${id}"`));
  const all = await until(async () => {
    const entries = await auditEntries(api.operationsUrl);
    return [...refused.keys()].every((id) => entriesOf(entries, id).length > 0) ? entries : undefined;
  }, 'every refusal to be in the audit log');
  for (const [id, caller] of refused) {
    const [entry = '', ...more] = entriesOf(all, id);
    expect(more).toEqual([]);
    expect(entry).toContain('127.0.0.1');
    expect(entry).toContain(
      ['no token', 'expired', 'wrong audience'].includes(caller) ? '"_unknown/unknown"' : '"default/',
    );
    expect(entry).toMatch(/HTTP 40[13] (login|forbidden)/);
  }
  for (const token of tokens.values())
    expect(all.filter((entry) => entry.includes(token.split('.')[2] ?? token))).toEqual([]);
});

test('the routes that read data were asked for data', () => {
  const touched = rows.filter((row) => row.access === 'client' && row.scope.kind === 'touched');
  expect(touched.length).toBeGreaterThan(10);
  expect(reached.length).toBeGreaterThan(5);
});

test('a client that may read all types sees the exports of its tenant, and of no other', async () => {
  const { id } = await accepted(await kickOff(api.fhirUrl, parameters(subject), as('right')));
  const status = (caller: Caller) =>
    fetch(`${api.fhirUrl}/export/${id}/status`, { headers: as(caller), redirect: 'manual' }).then(
      (r) => r.status,
    );
  expect([
    await status('right'),
    await status('other client'),
    await status('other tenant'),
    await status('reader of all'),
  ]).toEqual([202, 404, 404, 202]);
});

test('a filter needs the scope for what it is looked up in, whatever is exported', async () => {
  const about = (name: string, reference: string) => ({ name, valueReference: { reference } });
  const bulk = (path: string, token: string) =>
    fetch(`${api.fhirUrl}${path}`, {
      headers: { Prefer: 'respond-async', Authorization: `Bearer ${token}` },
    });
  const refusals = [
    [await kickOff(api.fhirUrl, parameters(subject, about('group', 'Group/g1')), bearer(reader)), 'Group'],
    [await bulk('/Group/g1/$export?_type=Patient', reader), 'Group'],
    [await bulk('/Patient/$export?_type=Observation&patient=Patient/p1', observer), 'Patient'],
    [
      await fetch(`${api.fhirUrl}/$sql-run`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/fhir+json', ...bearer(reader) },
        body: JSON.stringify(
          parameters({ name: 'subjectResource', resource: patientView }, about('group', 'Group/unknown')),
        ),
      }),
      'Group',
    ],
  ] as const;
  for (const [response, type] of refusals) {
    expect(response.status).toBe(403);
    expect((await outcomeOf(response)).issue[0]?.diagnostics).toMatch(
      new RegExp(`needs the scopes system/${type}\\.rs$`),
    );
  }
  const own = await kickOff(api.fhirUrl, parameters(subject, about('patient', 'Patient/p1')), bearer(reader));
  expect(own.status).toBe(202);
});

test('all types of an export must be allowed, also where it names none', async () => {
  const ask = (query: string, caller: Caller) =>
    fetch(`${api.fhirUrl}/$export${query}`, { headers: { Prefer: 'respond-async', ...as(caller) } });
  expect((await ask('', 'right')).status).toBe(202);
  expect((await ask('', 'wrong scope')).status).toBe(403);
  const response = await ask('?_type=Patient,Observation', 'right');
  expect(response.status).toBe(403);
  expect((await outcomeOf(response)).issue[0]?.diagnostics).toContain('system/Observation.rs');
});

test('a condition of a change searches, and needs the scope for that', async () => {
  const headers = { Authorization: `Bearer ${creator}`, 'Content-Type': 'application/fhir+json' };
  const url = 'http://x.org/hidden';
  const body = JSON.stringify({
    resourceType: 'Library',
    url,
    status: 'active',
    type: {
      coding: [
        { system: 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes', code: 'sql-query' },
      ],
    },
    content: [{ contentType: 'application/sql', data: 'U0VMRUNUIDE=' }],
  });
  const ask = (more: Record<string, string>) =>
    fetch(`${api.fhirUrl}/Library`, { method: 'POST', headers: { ...headers, ...more }, body });
  expect((await ask({})).status).toBe(201);
  const refused = await ask({ 'If-None-Exist': `url=${url}`, Prefer: 'return=representation' });
  expect(refused.status).toBe(403);
  expect((await outcomeOf(refused)).issue[0]?.diagnostics).toContain('system/Library.s');
  const bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      {
        resource: JSON.parse(body) as object,
        request: { method: 'POST', url: 'Library', ifNoneExist: `url=${url}` },
      },
    ],
  };
  const answered = await fetch(api.fhirUrl, { method: 'POST', headers, body: JSON.stringify(bundle) });
  expect(await answered.json()).toMatchObject({
    entry: [{ response: { status: expect.stringContaining('403') } }],
  });
});

test('SQL reads a stored value set with the scope for it only', async () => {
  const url = 'http://x.org/vs';
  const stored = await fetch(`${api.fhirUrl}/ValueSet`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', ...as('right') },
    body: JSON.stringify({
      resourceType: 'ValueSet',
      url,
      status: 'active',
      expansion: { timestamp: '2026-01-01T00:00:00Z', contains: [{ system: 'urn:s', code: 'a' }] },
    }),
  });
  expect(stored.status).toBe(201);
  const library = {
    resourceType: 'Library',
    status: 'active',
    type: {
      coding: [
        { system: 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes', code: 'sql-query' },
      ],
    },
    content: [
      { contentType: 'application/sql', data: Buffer.from('SELECT code FROM vs').toString('base64') },
    ],
    relatedArtifact: [{ type: 'depends-on', resource: url, label: 'vs' }],
  };
  const query = { name: 'subject', part: [{ name: 'subjectResource', resource: library }] };
  const ask = (token: Record<string, string>) => kickOff(api.fhirUrl, parameters(query), token);
  const refused = await ask({ Authorization: `Bearer ${reader}` });
  expect(refused.status).toBe(403);
  expect((await outcomeOf(refused)).issue[0]?.diagnostics).toContain('system/ValueSet.rs');
  expect((await ask(as('right'))).status).toBe(202);
});

test('the sources of a tenant are told to no other', async () => {
  const source = { name: 'source', valueString: 'south' };
  const response = await kickOff(api.fhirUrl, parameters(subject, source), as('right'));
  expect(response.status).toBe(400);
  const { diagnostics } = (await outcomeOf(response)).issue[0] ?? {};
  expect(diagnostics).toContain('"default"');
  expect(await (await fetch(`${api.fhirUrl}/metadata`)).text()).not.toContain('south');
});
