import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { library } from './definition-requests.js';
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

function post(bundle: object | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(api.fhirUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', ...headers },
    body: typeof bundle === 'string' ? bundle : JSON.stringify(bundle),
  });
}

const bundle = (type: string, ...entry: unknown[]) => ({ resourceType: 'Bundle', type, entry });
const request = (method: string, url: string, more: object = {}) => ({ method, url, ...more });
const view = (more: object = {}) => ({ ...patientView, ...more });

interface Answered {
  readonly type: string;
  readonly entry: readonly {
    readonly resource?: Record<string, unknown>;
    readonly response: {
      readonly status: string;
      readonly location?: string;
      readonly etag?: string;
      readonly outcome?: { readonly issue: readonly { readonly diagnostics: string }[] };
    };
  }[];
}

async function answered(response: Response): Promise<Answered> {
  expect(response.status).toBe(200);
  return (await response.json()) as Answered;
}

async function statusOf(path: string): Promise<number> {
  return (await fetch(`${other.fhirUrl}/${path}`)).status;
}

describe('a transaction of definitions', () => {
  it('stores all of them, which every instance reads, and tells in their order what became of each', async () => {
    await fetch(`${api.fhirUrl}/Library/t-old`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify(library({ id: 't-old' })),
    });
    const fullUrl = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a';
    const answer = await answered(
      await post(
        bundle(
          'transaction',
          { request: request('GET', 'Library?_id=t-new') },
          {
            request: request('PUT', 'Library/t-new'),
            resource: library({
              id: 't-new',
              subjectReference: { reference: fullUrl },
              text: `"${fullUrl}"`,
            }),
          },
          { fullUrl, request: request('POST', 'ViewDefinition'), resource: view({ url: 'http://x.org/t' }) },
          { request: request('DELETE', 'Library/t-old') },
        ),
      ),
    );
    expect(answer.type).toBe('transaction-response');
    expect(answer.entry.map(({ response }) => response.status)).toEqual([
      '200 OK',
      '201 Created',
      '201 Created',
      '204 No Content',
    ]);
    expect(answer.entry[0]?.resource).toMatchObject({ type: 'searchset', total: 1 });
    const location = answer.entry[2]?.response.location ?? '';
    const id = /ViewDefinition\/([^/]+)\/_history\/1$/.exec(location)?.[1];
    expect(await (await fetch(`${other.fhirUrl}/Library/t-new`)).json()).toMatchObject({
      subjectReference: { reference: `ViewDefinition/${id}` },
      text: `"${fullUrl}"`,
    });
    expect(await statusOf('Library/t-old')).toBe(410);
    await platform.loseRedis();
    expect(await statusOf(`ViewDefinition/${id}`)).toBe(200);
  });

  it.each<[string, unknown, number, string]>([
    [
      'a view that cannot be run',
      {
        request: request('POST', 'ViewDefinition'),
        resource: view({ select: [{ column: [{ name: 'a', path: '@@' }] }] }),
      },
      422,
      'Bundle.entry[1].resource.select[0].column[0].path',
    ],
    [
      'a version that is not the latest one',
      { request: request('PUT', 'Library/n', { ifMatch: 'W/"9"' }), resource: library({ id: 'n' }) },
      412,
      'Bundle.entry[1]',
    ],
    [
      'the same definition twice',
      { request: request('PUT', 'Library/none'), resource: library({ id: 'none' }) },
      400,
      'Bundle.entry[1]',
    ],
    [
      'another id',
      { request: request('PUT', 'Library/n'), resource: library({ id: 'm' }) },
      400,
      'Bundle.entry[1].resource.id',
    ],
    [
      'a resource of another type',
      { request: request('POST', 'Library'), resource: view() },
      400,
      'Bundle.entry[1]',
    ],
    ['no resource', { request: request('POST', 'Library') }, 400, 'Bundle.entry[1].resource'],
    ['no request', { resource: library() }, 400, 'Bundle.entry[1].request'],
    ['null', null, 400, 'Bundle.entry[1].request'],
    [
      'a type that is not stored',
      { request: request('POST', 'Patient'), resource: {} },
      400,
      'Bundle.entry[1].request.url',
    ],
    [
      'a type of JavaScript',
      { request: request('POST', '__proto__'), resource: {} },
      400,
      'Bundle.entry[1].request.url',
    ],
    [
      'PATCH',
      { request: request('PATCH', 'Library/n'), resource: {} },
      400,
      'Bundle.entry[1].request.method',
    ],
    [
      'a reference that leads nowhere',
      {
        request: request('POST', 'Library'),
        resource: library({ subjectReference: { reference: 'urn:uuid:none' } }),
      },
      400,
      'Bundle.entry[1]',
    ],
  ])('with %s stores nothing', async (_, entry, status, expression) => {
    const good = { request: request('PUT', 'Library/none'), resource: library({ id: 'none' }) };
    const response = await post(bundle('transaction', good, entry));
    expect(response.status).toBe(status);
    expect((await outcomeOf(response)).issue[0]?.expression).toEqual([expression]);
    expect(await statusOf('Library/none')).toBe(404);
  });

  it('may refer in circles, and leaves canonicals as they are', async () => {
    const [a, b] = ['urn:uuid:a', 'urn:uuid:b'];
    const entry = (fullUrl: string, reference: string) => ({
      fullUrl,
      request: request('POST', 'Library'),
      resource: library({ url: fullUrl === a ? a : undefined, subjectReference: { reference } }),
    });
    const answer = await answered(
      await post(bundle('transaction', entry(a, b), entry(b, b)), { Prefer: 'return=representation' }),
    );
    const ids = answer.entry.map(({ resource }) => String(resource?.['id']));
    expect(answer.entry.map(({ resource }) => [resource?.['url'], resource?.['subjectReference']])).toEqual([
      [a, { reference: `Library/${ids[1]}` }],
      [undefined, { reference: `Library/${ids[1]}` }],
    ]);
  });

  it('creates once under a condition, however many are sent at once', async () => {
    const entries = ['one', 'two'].map((name) => ({
      request: request('POST', 'Library', { ifNoneExist: `url=http://x.org/t-${name}` }),
      resource: library({ url: `http://x.org/t-${name}` }),
    }));
    const answers = await Promise.all(
      [0, 1, 2].map(async () => answered(await post(bundle('transaction', ...entries)))),
    );
    const statuses = answers.map(({ entry }) => entry.map(({ response }) => response.status).join());
    expect(statuses.sort()).toEqual(['200 OK,200 OK', '200 OK,200 OK', '201 Created,201 Created']);
    for (const name of ['one', 'two']) {
      const found = await fetch(`${other.fhirUrl}/Library?url=http://x.org/t-${name}`);
      expect(await found.json()).toMatchObject({ total: 1 });
    }
  });
});

// Each was reported of another server.
describe('a condition in a transaction', () => {
  const fullUrl = 'urn:uuid:4cd35592-5d4d-462b-8483-e404c023d316';
  const url = (name: string) => `http://x.org/reported-${name}`;
  const put = (name: string, more: object = {}) => ({
    request: request('PUT', `Library?url=${url(name)}`),
    resource: library({ url: url(name), ...more }),
  });
  const refers = {
    request: request('POST', 'Library'),
    resource: library({ subjectReference: { reference: fullUrl } }),
  };

  async function idOf(name: string): Promise<string> {
    const found = (await (
      await fetch(`${other.fhirUrl}/Library?url=${url(name)}`)
    ).json()) as Partial<Answered>;
    expect(found.entry ?? []).toHaveLength(1);
    return String(found.entry?.[0]?.resource?.['id']);
  }

  it('that two entries have creates nothing, and finds for both what is there', async () => {
    const same = {
      request: request('POST', 'Library', { ifNoneExist: `Library?url=${url('same')}` }),
      resource: library({ url: url('same') }),
    };
    const response = await post(bundle('transaction', same, same));
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]).toMatchObject({
      code: 'duplicate',
      expression: ['Bundle.entry[1]'],
    });
    await answered(await post(bundle('transaction', same)));
    const { entry } = await answered(await post(bundle('transaction', same, same)));
    expect(entry.map((one) => one.response.status)).toEqual(['200 OK', '200 OK']);
    await idOf('same');
  });

  it('of two updates that mean one definition drops none of them in silence', async () => {
    const twice = bundle('transaction', put('dropped', { title: '1' }), put('dropped', { title: '2' }));
    expect((await post(twice)).status).toBe(400);
    await answered(await post(bundle('transaction', put('dropped'))));
    expect((await post(twice)).status).toBe(400);
  });

  it('does not pass over another id in the body, although another entry has it', async () => {
    await answered(await post(bundle('transaction', put('a'), put('b'))));
    const id = await idOf('b');
    const response = await post(bundle('transaction', put('b'), put('a', { id })));
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.expression).toEqual(['Bundle.entry[1].resource.id']);
  });

  it.each(['POST', 'PUT'])('of a %s gives references its definition, created or found', async (method) => {
    const name = `refers-${method}`;
    const entry =
      method === 'PUT'
        ? put(name)
        : {
            request: request('POST', 'Library', { ifNoneExist: `url=${url(name)}` }),
            resource: library({ url: url(name) }),
          };
    for (const time of ['created', 'found']) {
      const { entry: answers } = await answered(
        await post(bundle('transaction', refers, { fullUrl, ...entry }), { Prefer: 'return=representation' }),
      );
      const reference = { reference: `Library/${await idOf(name)}` };
      expect([time, answers[0]?.resource?.['subjectReference']]).toEqual([time, reference]);
    }
  });

  it('with If-Match and without a match creates nothing', async () => {
    const guarded = {
      ...put('guarded'),
      request: request('PUT', `Library?url=${url('guarded')}`, { ifMatch: 'W/"1"' }),
    };
    expect((await post(bundle('transaction', guarded))).status).toBe(412);
  });
});

describe('a batch of definitions', () => {
  it('does each entry by itself', async () => {
    const answer = await answered(
      await post(
        bundle(
          'batch',
          { request: request('GET', 'Library/b-one') },
          { request: request('PUT', 'Library/b-one'), resource: library({ id: 'b-one' }) },
          { request: request('PUT', 'Library/b-two'), resource: library({ id: 'another' }) },
          { request: request('GET', 'Library/b-none') },
          'nonsense',
          { request: request('GET', `${api.fhirUrl}/Library/b-one/_history/1`, { ifNoneMatch: 'W/"1"' }) },
          { request: request('DELETE', 'Library/b-none') },
        ),
      ),
    );
    expect(answer.type).toBe('batch-response');
    expect(answer.entry.map(({ response }) => response.status)).toEqual([
      '200 OK',
      '201 Created',
      '400 Bad Request',
      '404 Not Found',
      '400 Bad Request',
      '304 Not Modified',
      '204 No Content',
    ]);
    expect(answer.entry[0]?.resource).toMatchObject({ id: 'b-one', meta: { versionId: '1' } });
    expect(answer.entry[2]?.response.outcome?.issue[0]?.diagnostics).toContain('must be b-two');
  });
});

describe('a body at the base', () => {
  it.each<[string, unknown, number]>([
    ['another resource', library(), 400],
    ['a Bundle of another type', bundle('collection'), 400],
    ['entries that are no list', { resourceType: 'Bundle', type: 'batch', entry: {} }, 400],
    ['too many entries', bundle('batch', ...Array.from({ length: 1001 }, () => 0)), 413],
  ])('is refused as %s', async (_, body, status) => {
    const response = await post(body as object);
    expect(response.status).toBe(status);
    expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
  });

  it('may have no entries', async () => {
    expect(await (await post(bundle('transaction'))).json()).toEqual({
      resourceType: 'Bundle',
      type: 'transaction-response',
    });
  });
});
