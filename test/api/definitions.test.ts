import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { definitionRequests, library } from './definition-requests.js';
import { outcomeOf, patientView } from './requests.js';
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

const { address, put, send } = definitionRequests(() => api);

interface Bundle {
  readonly total?: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly fullUrl: string;
    readonly resource?: { readonly id: string; readonly title?: string };
    readonly request?: { readonly method: string; readonly url: string };
    readonly response?: { readonly status: string; readonly etag: string };
  }[];
}

async function bundleAt(url: string): Promise<Bundle> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.json()) as Bundle;
}

describe('a ViewDefinition', () => {
  it('is created under an address that every instance reads', async () => {
    const response = await send('POST', 'ViewDefinition', JSON.stringify(patientView));
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

  it('is told in each of its versions, and they are its history', async () => {
    await put('versioned', { title: 'First' });
    await put('versioned', { title: 'Second' });
    await fetch(address('versioned'), { method: 'DELETE' });
    const early = await fetch(`${address('versioned', other)}/_history/1`);
    expect([early.status, early.headers.get('etag')]).toEqual([200, 'W/"1"']);
    expect(await early.json()).toMatchObject({ title: 'First', meta: { versionId: '1' } });
    expect((await fetch(`${address('versioned')}/_history/3`)).status).toBe(410);
    expect((await fetch(`${address('versioned')}/_history/4`)).status).toBe(404);
    expect((await fetch(`${address('versioned')}/_history/x`)).status).toBe(404);
    const history = await bundleAt(`${address('versioned', other)}/_history?_count=2`);
    expect(history).toMatchObject({ resourceType: 'Bundle', type: 'history' });
    expect(
      history.entry?.map(({ request, response, resource }) => [
        request?.method,
        response?.etag,
        resource?.title,
      ]),
    ).toEqual([
      ['DELETE', 'W/"3"', undefined],
      ['PUT', 'W/"2"', 'Second'],
    ]);
    const next = history.link.find(({ relation }) => relation === 'next')?.url ?? '';
    const rest = await bundleAt(next);
    expect(rest.entry?.map(({ response }) => response?.etag)).toEqual(['W/"1"']);
    expect(rest.link).toHaveLength(1);
    const all = await bundleAt(`${api.fhirUrl}/ViewDefinition/_history`);
    expect(all.entry?.filter(({ fullUrl }) => fullUrl === address('versioned'))).toHaveLength(3);
    expect((await fetch(`${address('none')}/_history`)).status).toBe(404);
    expect((await fetch(`${address('versioned')}/_history?_at=2026`)).status).toBe(400);
  });

  it('is not sent back to a client that prefers a minimal answer', async () => {
    const response = await put('silent', {}, { Prefer: 'return=minimal' });
    expect([response.status, response.headers.get('etag')]).toEqual([201, 'W/"1"']);
    expect(await response.text()).toBe('');
  });

  it('is updated only from the version that the client has seen', async () => {
    await put('guarded');
    expect((await put('guarded', {}, { 'If-Match': 'W/"1"' })).status).toBe(200);
    const late = await put('guarded', {}, { 'If-Match': 'W/"1"' });
    expect(late.status).toBe(412);
    expect((await outcomeOf(late)).issue[0]?.code).toBe('conflict');
    expect((await put('guarded', {}, { 'If-Match': 'one' })).status).toBe(400);
    expect((await put('never-there', {}, { 'If-Match': 'W/"1"' })).status).toBe(412);
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
    ['a url that a canonical could not name', { ...patientView, id: 'x', url: 'http://x.org/a|1' }, 422],
  ])('is refused as %s', async (_, body, status) => {
    const response = await send('PUT', 'ViewDefinition/x', JSON.stringify(body));
    expect(response.status).toBe(status);
    expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
    expect((await fetch(address('x'))).status).toBe(404);
  });

  it('that has an element twice is refused, because readers would differ in which one they take', async () => {
    const response = await send(
      'PUT',
      'ViewDefinition/x',
      '{"resourceType":"ViewDefinition","id":"x","id":"x"}',
    );
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.diagnostics).toContain('"id" is twice in one object');
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
    const headers = { 'Content-Type': 'application/fhir+xml' };
    expect((await send('POST', 'ViewDefinition', '<ViewDefinition/>', headers)).status).toBe(415);
  });
});

describe.each(['Library', 'ValueSet', 'ConceptMap'])('a %s', (type) => {
  const text = (id: string) =>
    String.raw`{ "resourceType":"${type}", "id":"${id}","later":{"b":1.50,"a":[ 1e400 ]}, "2":"\u00e9\/","1":0,"__proto__":{"x":1}}`;

  it('comes back byte for byte but for meta, from the object store too', async () => {
    expect((await send('PUT', `${type}/exact`, text('exact'))).status).toBe(201);
    const before = await (await fetch(address('exact', other, type))).text();
    await platform.loseRedis();
    const after = await (await fetch(address('exact', api, type))).text();
    expect(after).toBe(before);
    expect(after.replace(/,"meta":\{"versionId":"1","lastUpdated":"[^"]*"\}/, '')).toBe(text('exact'));
    const found = await (await fetch(`${other.fhirUrl}/${type}?_id=exact`)).text();
    expect(found).toContain(after);
  });

  it('is created where nothing matches a condition, once for all instances', async () => {
    const url = `http://x.org/${type}/once`;
    const create = (at: ApiService) =>
      send(
        'POST',
        type,
        JSON.stringify({ resourceType: type, url }),
        { 'If-None-Exist': `url=${encodeURIComponent(url)}` },
        at,
      );
    const answers = await Promise.all([api, other, api, other].map(create));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    const ids = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { id: string }).id),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await bundleAt(`${api.fhirUrl}/${type}?url=${url}`)).toMatchObject({ total: 1 });
  });
});

describe('a conditional request', () => {
  it('updates what its query finds, and creates where it finds nothing', async () => {
    const body = JSON.stringify(library({ url: 'http://x.org/cond', title: 'First' }));
    const first = await send('PUT', 'Library?url=http://x.org/cond', body);
    expect(first.status).toBe(201);
    const { id } = (await first.json()) as { id: string };
    const second = await send('PUT', 'Library?url=http://x.org/cond', body, {}, other);
    expect([second.status, second.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect(second.headers.get('content-location')).toBe(`${address(id, other, 'Library')}/_history/2`);
    const wrong = await send('PUT', 'Library?url=http://x.org/cond', JSON.stringify(library({ id: 'else' })));
    expect(wrong.status).toBe(400);
  });

  it('is refused where several match, where nothing is asked for, and where nobody knows what is', async () => {
    for (const id of ['two-a', 'two-b'])
      await send('PUT', `Library/${id}`, JSON.stringify(library({ id, name: 'two' })));
    const body = JSON.stringify(library({ name: 'two' }));
    const several = await send('PUT', 'Library?name=two', body);
    expect(several.status).toBe(412);
    expect((await outcomeOf(several)).issue[0]?.code).toBe('multiple-matches');
    expect((await send('POST', 'Library', body, { 'If-None-Exist': 'name=two' })).status).toBe(412);
    expect((await send('PUT', 'Library', body)).status).toBe(400);
    expect((await send('PUT', 'Library?color=red', body)).status).toBe(400);
    expect((await send('POST', 'Library', body, { 'If-None-Exist': '' })).status).toBe(400);
  });
});

describe('searching', () => {
  beforeAll(async () => {
    await put('s1', { url: 'http://x.org/searched', version: '1.0', status: 'draft' });
    await put('s2', { url: 'http://x.org/searched', version: '2.0', status: 'active', name: 'comma_name' });
  });

  const search = async (query: string) => {
    const bundle = await bundleAt(`${other.fhirUrl}/ViewDefinition?${query}`);
    const ids = (bundle.entry ?? []).map(({ resource }) => resource?.id);
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: ids.length });
    return ids;
  };

  it.each([
    ['url=http://x.org/searched', ['s1', 's2']],
    ['url=http://x.org/searched&version=2.0', ['s2']],
    ['_id=s1,s2&status=draft', ['s1']],
    ['_id=s1&_id=s2', []],
    ['name=COMMA', ['s2']],
    ['url=http://x.org/none', []],
    ['_id=s1&_format=json', ['s1']],
    ['_id=s1,s2&_lastUpdated=gt2020', ['s1', 's2']],
  ])('%s', async (query, expected) => {
    expect(await search(query)).toEqual(expected);
  });

  it('gives pages that lead to each other', async () => {
    const seen: unknown[] = [];
    let url: string | undefined = `${api.fhirUrl}/ViewDefinition?url=http://x.org/searched&_count=1`;
    while (url !== undefined) {
      const page: Bundle = await bundleAt(url);
      expect(page.total).toBe(2);
      seen.push(...(page.entry ?? []).map(({ resource }) => resource?.id));
      url = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen).toEqual(['s1', 's2']);
    const count = await bundleAt(`${api.fhirUrl}/ViewDefinition?url=http://x.org/searched&_summary=count`);
    expect(count.total).toBe(2);
    expect(count.entry).toBeUndefined();
  });

  it.each(['color=red', 'url:below=http://x.org', '__proto__=x'])('%s is refused', async (query) => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition?${query}`);
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-supported');
  });
});

test('what two instances write at once, a third reads, although Redis was emptied in between', async () => {
  const ids = Array.from({ length: 12 }, (_, at) => `race-${at % 4}`);
  const write = (at: number) =>
    put(ids[at] ?? '', { title: `title ${at}` }, {}, at % 2 === 0 ? api : other).then(async (response) => {
      expect([200, 201]).toContain(response.status);
      const etag = response.headers.get('etag');
      await response.arrayBuffer();
      return `${ids[at]} ${etag}`;
    });
  const first = await Promise.all([...ids.keys()].map(write));
  await platform.loseRedis();
  const second = await Promise.all([...ids.keys()].map(write));
  const written = [...first, ...second];
  expect(new Set(written).size).toBe(written.length);
  await platform.loseRedis();
  const third = await platform.start();
  for (const id of new Set(ids)) {
    const history = await bundleAt(`${address(id, third)}/_history`);
    const tags = (history.entry ?? []).map(({ response }) => `${id} ${response?.etag}`);
    expect(tags).toEqual(['6', '5', '4', '3', '2', '1'].map((version) => `${id} W/"${version}"`));
    expect([...tags].sort()).toEqual(written.filter((one) => one.startsWith(`${id} `)).sort());
    expect((await fetch(address(id, third))).headers.get('etag')).toBe('W/"6"');
  }
});
