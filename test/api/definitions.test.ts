import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { accepted, kickOff, outcomeOf, parameters, patientView } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;
let other: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
  other = await platform.start();
});

afterAll(() => platform.close());

const JSON_BODY = { 'Content-Type': 'application/fhir+json' };
const address = (id: string, at = api) => `${at.fhirUrl}/ViewDefinition/${id}`;

function put(id: string, more: object = {}, headers: Record<string, string> = {}, at = api) {
  return fetch(address(id, at), {
    method: 'PUT',
    headers: { ...JSON_BODY, ...headers },
    body: JSON.stringify({ ...patientView, id, ...more }),
  });
}

describe('a ViewDefinition', () => {
  it('is created under an address that every instance reads', async () => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition`, {
      method: 'POST',
      headers: JSON_BODY,
      body: JSON.stringify(patientView),
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe('W/"1"');
    const stored = (await response.json()) as { id: string };
    const location = response.headers.get('location') ?? '';
    expect(location).toBe(`${address(stored.id)}/_history/1`);
    expect(await (await fetch(location)).json()).toEqual(stored);
    const read = await fetch(address(stored.id, other));
    expect(read.status).toBe(200);
    expect(await read.json()).toEqual(stored);
    expect(stored).toMatchObject({ ...patientView, meta: { versionId: '1' } });
  });

  it('is created or updated under an address of the client’s choice', async () => {
    expect((await put('chosen')).status).toBe(201);
    const second = await put('chosen', { title: 'Second' }, {}, other);
    expect(second.status).toBe(200);
    expect(second.headers.get('etag')).toBe('W/"2"');
    expect(await (await fetch(address('chosen'))).json()).toMatchObject({ title: 'Second' });
  });

  it('is not told in an earlier version, but in the latest one', async () => {
    await put('versioned');
    await put('versioned', { title: 'Second' });
    expect((await fetch(`${address('versioned')}/_history/2`)).status).toBe(200);
    const early = await fetch(`${address('versioned')}/_history/1`);
    expect(early.status).toBe(404);
    expect((await outcomeOf(early)).issue[0]?.diagnostics).toContain('its version is 2');
  });

  it('is not sent back to a client that prefers a minimal answer', async () => {
    const response = await put('silent', {}, { Prefer: 'return=minimal' });
    expect([response.status, response.headers.get('etag')]).toEqual([201, 'W/"1"']);
    expect(await response.text()).toBe('');
  });

  it('is not created where a condition asks for that, because conditions are not looked at', async () => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition`, {
      method: 'POST',
      headers: { ...JSON_BODY, 'If-None-Exist': 'name=unconditional' },
      body: JSON.stringify({ ...patientView, name: 'unconditional' }),
    });
    expect(response.status).toBe(400);
    const found = await fetch(`${api.fhirUrl}/ViewDefinition?name=unconditional`);
    expect(await found.json()).toMatchObject({ total: 0 });
  });

  it('is updated only from the version that the client has seen', async () => {
    await put('guarded');
    expect((await put('guarded', {}, { 'If-Match': 'W/"1"' })).status).toBe(200);
    const late = await put('guarded', {}, { 'If-Match': 'W/"1"' });
    expect(late.status).toBe(412);
    expect((await outcomeOf(late)).issue[0]?.code).toBe('conflict');
    expect((await put('guarded', {}, { 'If-Match': 'one' })).status).toBe(400);
  });

  it('is not sent to a client that has it', async () => {
    await put('cached');
    expect((await fetch(address('cached'), { headers: { 'If-None-Match': 'W/"1"' } })).status).toBe(304);
  });

  it('is gone after DELETE, which may be repeated', async () => {
    await put('deleted');
    expect((await fetch(address('deleted'), { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(address('deleted', other), { method: 'DELETE' })).status).toBe(204);
    const read = await fetch(address('deleted', other));
    expect(read.status).toBe(410);
    expect((await outcomeOf(read)).issue[0]?.code).toBe('deleted');
    expect((await fetch(address('never'))).status).toBe(404);
  });

  it.each([
    ['another resource', { resourceType: 'Patient', id: 'x' }, 400],
    ['another id', { ...patientView, id: 'y' }, 400],
    ['an array', [], 400],
  ])('is refused as %s', async (_, body, status) => {
    const response = await fetch(address('x'), {
      method: 'PUT',
      headers: JSON_BODY,
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
    expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
    expect((await fetch(address('x'))).status).toBe(404);
  });

  it('that does not compile is refused with the path of the faulty element', async () => {
    const response = await put('faulty', { select: [{ column: [{ name: 'id', path: '@@' }] }] });
    expect(response.status).toBe(422);
    expect((await outcomeOf(response)).issue[0]).toMatchObject({
      severity: 'error',
      expression: ['ViewDefinition.select[0].column[0].path'],
    });
    expect((await fetch(address('faulty'))).status).toBe(404);
  });

  it('in XML is refused', async () => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+xml' },
      body: '<ViewDefinition/>',
    });
    expect(response.status).toBe(415);
  });
});

describe('searching', () => {
  beforeAll(async () => {
    await put('s1', { url: 'http://x.org/searched', version: '1.0', status: 'draft' });
    await put('s2', { url: 'http://x.org/searched', version: '2.0', status: 'active', name: 'comma_name' });
  });

  const search = async (query: string) => {
    const response = await fetch(`${other.fhirUrl}/ViewDefinition?${query}`);
    const bundle = (await response.json()) as { total: number; entry: { resource: { id: string } }[] };
    expect(response.status).toBe(200);
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: bundle.entry.length });
    return bundle.entry.map(({ resource }) => resource.id);
  };

  it.each([
    ['url=http://x.org/searched', ['s1', 's2']],
    ['url=http://x.org/searched&version=2.0', ['s2']],
    ['_id=s1,s2&status=draft', ['s1']],
    ['name=COMMA', ['s2']],
    ['url=http://x.org/none', []],
    ['_id=s1&_format=json', ['s1']],
  ])('%s', async (query, expected) => {
    expect(await search(query)).toEqual(expected);
  });

  it.each(['color=red', 'url:below=http://x.org', '_id=s1&_id=s2'])('%s is refused', async (query) => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition?${query}`);
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-supported');
  });
});

describe('a canonical without a version', () => {
  it('names the active definition of the highest version', async () => {
    const url = 'http://x.org/resolved';
    await put('r1', { url, version: '1.9', status: 'active', name: 'nine' });
    await put('r2', { url, version: '1.10', status: 'active', name: 'ten' });
    await put('r3', { url, version: '2.0', status: 'draft', name: 'draft' });
    const subject = { name: 'subject', part: [{ name: 'subjectCanonical', valueCanonical: url }] };
    const { id } = await accepted(await kickOff(api.fhirUrl, parameters(subject)));
    const request = await platform.store.read(`default/${id}/request.json`);
    expect(JSON.parse(Buffer.from(request ?? '').toString())).toMatchObject({ subjects: [{ name: 'ten' }] });
  });
});
