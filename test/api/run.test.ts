import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { outcomeOf, patientView } from './requests.js';
import { formatCode, limitOf, postRun, runBody } from './run-requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

const PATIENTS = [
  '{"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1970-05"}',
  '{"resourceType":"Patient","id":"p2","active":true,"meta":{"lastUpdated":"2026-01-02T00:00:00Z"}}',
  '{"resourceType":"Patient","id":"p3","gender":"male","name":[{"family":"A, \\"B\\""},{"family":"C"}]}',
];

const view = {
  ...patientView,
  select: [
    {
      column: [
        { name: 'id', path: 'id', type: 'id' },
        { name: 'born', path: 'birthDate', type: 'date' },
        { name: 'active', path: 'active', type: 'boolean' },
      ],
    },
    { forEachOrNull: 'name', column: [{ name: 'family', path: 'family', type: 'string' }] },
  ],
};

const ROWS = [
  { id: 'p1', born: '1970-05', active: null, family: null },
  { id: 'p2', born: null, active: true, family: null },
  { id: 'p3', born: null, active: null, family: 'A, "B"' },
  { id: 'p3', born: null, active: null, family: 'C' },
];
const NDJSON = ROWS.map((row) => `${JSON.stringify(row)}\n`).join('');
const CSV = 'id,born,active,family\np1,1970-05,,\np2,,true,\np3,,,"A, ""B"""\np3,,,C\n';

beforeAll(async () => {
  platform = await openPlatform();
  await writeFile(join(platform.data, 'Patient.ndjson'), PATIENTS.map((line) => `${line}\n`).join(''));
  api = await platform.start();
});

afterAll(() => platform.close());

const run = (more: readonly object[] = [], headers: Readonly<Record<string, string>> = {}) =>
  postRun(`${api.fhirUrl}/$sql-run`, runBody(more, view), headers);

describe('a run answers with rows', () => {
  it.each([
    ['ndjson', 'application/x-ndjson', NDJSON],
    ['csv', 'text/csv', CSV],
    ['json', 'application/json', `[${ROWS.map((row) => JSON.stringify(row)).join(',\n')}]`],
  ])('as %s', async (format, mediaType, text) => {
    const response = await run([formatCode(format)]);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(mediaType);
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(await response.text()).toBe(text);
  });

  it('as Parquet that other readers read', async () => {
    const response = await run([formatCode('parquet')]);
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const file = await response.arrayBuffer();
    expect(await parquetReadObjects({ file, compressors })).toEqual(ROWS);
  });

  it('as a Parameters resource with typed values', async () => {
    const response = await run([formatCode('fhir'), limitOf(2)]);
    expect(response.headers.get('content-type')).toMatch('application/fhir+json');
    expect(await response.json()).toEqual({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'row',
          part: [
            { name: 'id', valueString: 'p1' },
            { name: 'born', valueDate: '1970-05' },
          ],
        },
        {
          name: 'row',
          part: [
            { name: 'id', valueString: 'p2' },
            { name: 'active', valueBoolean: true },
          ],
        },
      ],
    });
  });

  it('without any row as what its format has for that', async () => {
    const none = [{ name: '_since', valueInstant: '2030-01-01T00:00:00Z' }, limitOf(0)];
    const text = async (format: string): Promise<string> => (await run([...none, formatCode(format)])).text();
    expect(await text('ndjson')).toBe('');
    expect(await text('csv')).toBe('id,born,active,family\n');
    expect(await text('json')).toBe('[]');
    expect(await text('fhir')).toBe('{"resourceType":"Parameters"}');
  });

  it('without the header where none is wanted', async () => {
    const response = await run([formatCode('csv'), { name: 'header', valueBoolean: false }]);
    expect(await response.text()).toBe(CSV.slice(CSV.indexOf('\n') + 1));
  });

  it.each([0, 1, 3, 4, 9])('that end after a limit of %d, even within a resource', async (limit) => {
    const text = await (await run([limitOf(limit)])).text();
    expect(text).toBe(
      ROWS.slice(0, limit)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
  });

  it('of resources that changed later, and of those that do not say', async () => {
    const since = { name: '_since', valueInstant: '2026-01-02T00:00:00Z' };
    expect(await (await run([since])).text()).toBe(NDJSON.replace(/.*"p2".*\n/, ''));
  });
});

describe('a run takes its resources from the request', () => {
  const given = (resource: object): object => ({ name: 'resource', resource });
  const patient = (id: string): object => ({ resourceType: 'Patient', id });
  const idsOf = (text: string): string[] => [...text.matchAll(/"id":"(\w+)"/g)].map(([, id = '']) => id);

  it('and from Bundles in it, and passes over other types', async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: patient('b1') },
        { resource: { resourceType: 'Observation', id: 'o1' } },
        { request: { method: 'DELETE', url: 'Patient/1' } },
        { resource: { resourceType: 'Bundle', entry: [{ resource: patient('deep') }] } },
        { resource: patient('b2') },
      ],
    };
    const response = await run([given(patient('a')), given(bundle), given(patient('z'))]);
    expect(response.headers.get('x-millrace-notices')).toBe('other-type=2');
    expect(idsOf(await response.text())).toEqual(['a', 'b1', 'b2', 'z']);
  });

  it('with the digits of their numbers', async () => {
    const observation = {
      ...patientView,
      resource: 'Observation',
      select: [{ column: [{ name: 'value', path: 'value.ofType(Quantity).value', type: 'decimal' }] }],
    };
    const body = JSON.stringify(
      runBody([given({ resourceType: 'Observation', valueQuantity: { value: 'N' } })], observation),
    ).replace('"N"', '1.10');
    const response = await fetch(`${api.fhirUrl}/$sql-run`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body,
    });
    expect(await response.text()).toBe('{"value":1.10}\n');
  });

  it('and not from a source at the same time', async () => {
    const response = await run([given(patient('a')), { name: 'source', valueString: 'default' }]);
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.expression).toEqual(['source']);
  });
});

describe('the form of the rows follows _format and Accept', () => {
  it.each<[string | undefined, string | undefined, string]>([
    [undefined, undefined, 'application/x-ndjson'],
    [undefined, 'text/csv', 'text/csv'],
    [undefined, 'application/json', 'application/json'],
    [undefined, 'application/vnd.apache.parquet', 'application/vnd.apache.parquet'],
    [undefined, 'application/octet-stream', 'application/x-ndjson'],
    [undefined, 'text/html', 'application/x-ndjson'],
    ['json', 'text/csv', 'application/json'],
    ['text/csv', 'application/json', 'text/csv'],
    ['ndjson', 'application/fhir+json, */*;q=0.1', 'application/x-ndjson'],
    ['fhir', 'application/fhir+json', 'application/fhir+json'],
    ['csv', 'application/fhir+json', 'application/fhir+json'],
  ])('_format %s with Accept %s gives %s', async (format, accept, mediaType) => {
    const response = await run(format === undefined ? [] : [formatCode(format)], {
      ...(accept === undefined ? {} : { Accept: accept }),
    });
    expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, mediaType]);
  });

  it.each([
    ['csv', 'text/csv', CSV],
    ['json', 'application/json', `[${ROWS.map((row) => JSON.stringify(row)).join(',\n')}]`],
  ])('%s is in a Binary resource where FHIR is asked for', async (format, contentType, text) => {
    const response = await run([formatCode(format)], { Accept: 'application/fhir+json' });
    const body = (await response.json()) as { resourceType: string; contentType: string; data: string };
    expect(body).toMatchObject({ resourceType: 'Binary', contentType });
    expect(Buffer.from(body.data, 'base64').toString()).toBe(text);
  });

  it.each([
    ['parquet', 'application/fhir+json'],
    ['ndjson', 'application/fhir+json'],
    ['csv', 'application/fhir+xml'],
    ['fhir', 'application/fhir+xml'],
  ])('%s as %s is 406', async (format, accept) => {
    const response = await run([formatCode(format)], { Accept: accept });
    expect(response.status).toBe(406);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-supported');
  });
});

describe('a run by GET', () => {
  let id: string;

  beforeAll(async () => {
    const created = await fetch(`${api.fhirUrl}/ViewDefinition`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({ ...view, url: 'http://x.org/people', version: '1' }),
    });
    expect(created.status).toBe(201);
    ({ id } = (await created.json()) as { id: string });
  });

  it.each([
    () => '/$sql-run?subjectCanonical=http%3A%2F%2Fx.org%2Fpeople%7C1&_format=csv',
    () => `/$sql-run?subjectReference=ViewDefinition/${id}&_format=text/csv&header=true`,
    () => `/$viewdefinition-run?viewReference=ViewDefinition/${id}&_format=csv`,
    () => '/ViewDefinition/$viewdefinition-run?viewCanonical=http://x.org/people&_format=csv',
    () => `/ViewDefinition/${id}/$viewdefinition-run?_format=csv`,
  ])('answers as one by POST does: %#', async (path) => {
    const response = await fetch(`${api.fhirUrl}${path()}`);
    expect(await response.text()).toBe(CSV);
  });

  it.each<[string, number, string, string]>([
    ['', 400, 'required', 'subject'],
    ['?subjectReference=ViewDefinition/a&subjectCanonical=http://x.org/people', 400, 'invalid', 'subject'],
    ['?subjectResource=%7B%7D', 400, 'invalid', 'subjectResource'],
    ['?subjectCanonical=http://x.org/people&resource=%7B%7D', 400, 'invalid', 'resource'],
    ['?subjectCanonical=http://x.org/nobody', 404, 'not-found', 'subjectCanonical'],
    ['?subjectCanonical=http://x.org/people&_limit=x', 400, 'invalid', '_limit'],
    ['?subjectCanonical=http://x.org/people&_limit=-1', 400, 'invalid', '_limit'],
    ['?subjectCanonical=http://x.org/people&_limit=1&_limit=2', 400, 'invalid', '_limit'],
    ['?subjectCanonical=http://x.org/people&header=yes', 400, 'invalid', 'header'],
    ['?subjectCanonical=http://x.org/people&_since=yesterday', 400, 'invalid', '_since'],
    ['?subjectCanonical=http://x.org/people&_format=xml', 400, 'not-supported', '_format'],
    ['?subjectCanonical=http://x.org/people&source=nowhere', 400, 'not-supported', 'source'],
    ['?subjectCanonical=http://x.org/people&__proto__=1', 400, 'not-supported', '__proto__'],
    ['?subjectCanonical=http://x.org/people&page=2', 400, 'not-supported', 'page'],
  ])('%s is refused', async (query, status, code, expression) => {
    const response = await fetch(`${api.fhirUrl}/$sql-run${query}`);
    expect(response.status).toBe(status);
    const { issue } = await outcomeOf(response);
    expect(issue.map((one) => [one.code, one.expression?.[0]])).toContainEqual([code, expression]);
  });

  it('reads a query to its end, so that no parameter is lost', async () => {
    const query = `?subjectCanonical=http://x.org/people${'&_pretty='.repeat(1100)}&page=2`;
    expect((await fetch(`${api.fhirUrl}/$sql-run${query}`)).status).toBe(400);
  });
});

describe('a run is refused', () => {
  it.each<[readonly object[], number, string, string]>([
    [[{ name: 'parameters', resource: { resourceType: 'Parameters' } }], 400, 'invalid', 'parameters'],
    [[{ name: 'context', resource: { ...view, url: 'http://x.org/c' } }], 400, 'invalid', 'context[0]'],
    [
      [{ name: 'subjectReference', valueReference: { reference: 'ViewDefinition/x' } }],
      400,
      'invalid',
      'subject',
    ],
    [[{ name: 'clientTrackingId', valueString: 'x' }], 400, 'not-supported', 'clientTrackingId'],
    [[{ name: '_limit', valueString: '1' }], 400, 'invalid', '_limit'],
  ])('with %j', async (more, status, code, expression) => {
    const response = await run(more);
    expect(response.status).toBe(status);
    const { issue } = await outcomeOf(response);
    expect(issue.map((one) => [one.code, one.expression?.[0]])).toContainEqual([code, expression]);
  });

  it('for a view that does not compile', async () => {
    const broken = { ...view, select: [{ column: [{ name: 'a', path: '((' }] }] };
    const response = await postRun(`${api.fhirUrl}/$sql-run`, runBody([], broken));
    expect(response.status).toBe(422);
  });

  it('for lists of values as FHIR, which has one value for a column', async () => {
    const lists = {
      ...view,
      select: [{ column: [{ name: 'a', path: 'name.family', collection: true }] }],
    };
    const response = await postRun(`${api.fhirUrl}/$sql-run`, runBody([formatCode('fhir')], lists));
    expect(response.status).toBe(422);
  });

  it('by other methods', async () => {
    const response = await fetch(`${api.fhirUrl}/$sql-run`, { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});
