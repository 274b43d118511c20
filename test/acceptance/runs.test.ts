import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dependsOn, format, query, reference, refusalOf, view } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const ofView = (resource: object) => ({ name: 'subjectResource', resource });
const resource = (value: object) => ({ name: 'resource', resource: value });
const limit = (valueInteger: number) => ({ name: '_limit', valueInteger });
const column = (name: string, path: string, more: object = {}) => ({ name, path, ...more });
const columns = (...list: readonly object[]) => [{ column: list }];

function run(parameters: readonly object[], accept?: string): Promise<Response> {
  return fetch(`${server.fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/fhir+json',
      ...(accept === undefined ? {} : { Accept: accept }),
    },
    body: JSON.stringify({ resourceType: 'Parameters', parameter: parameters }),
  });
}

function get(query: string, accept?: string): Promise<Response> {
  return fetch(`${server.fhirUrl}/$sql-run?${query}`, {
    headers: accept === undefined ? {} : { Accept: accept },
  });
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return text;
}

const patient = (id: string) => ({ resourceType: 'Patient', id });

test('[run-4 com-3] a run answers with ndjson where nothing else is asked for', async () => {
  const response = await run([ofView(view())]);
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  expect(await textOf(response)).toBe('{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n');
});

test('[com-7 com-8 run-6 run-7] rows come in chunks, and no length is told before', async () => {
  const response = await run([ofView(view()), format('csv')]);
  expect(response.headers.get('transfer-encoding')).toBe('chunked');
  expect(response.headers.get('content-length')).toBeNull();
  expect(await textOf(response)).toBe('id\na\nb\nc\n');
});

test.each([
  [
    '[run-5 com-2 com-5] what _format asks for, whatever is accepted',
    [format('csv')],
    'application/json',
    'text/csv',
  ],
  ['[com-5] what is accepted, where _format is silent', [], 'text/csv', 'text/csv'],
  ['[com-1 run-3] json', [format('json')], undefined, 'application/json'],
  ['[com-1 run-3] parquet', [format('parquet')], undefined, 'application/vnd.apache.parquet'],
])('a run writes %s', async (_, parameters, accept, mediaType) => {
  const response = await run([ofView(view()), ...parameters], accept);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain(mediaType);
  await response.arrayBuffer();
});

test('[run-2] a Bundle is read as its entries, and resources of other types are passed over', async () => {
  const entry = [patient('x'), { resourceType: 'Device', id: 'd' }, patient('y')];
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: entry.map((one) => ({ resource: one })),
  };
  const text = await textOf(
    await run([ofView(view()), resource(patient('z')), resource(bundle), format('csv')]),
  );
  expect(
    text
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
  ).toEqual(['id', 'x', 'y', 'z']);
});

test.each([null, {}, 'none'])(
  '[run-2] a Bundle whose entries are %j is refused, and not passed over',
  async (entry) => {
    const response = await run([ofView(view()), resource({ resourceType: 'Bundle', entry })]);
    expect(await refusalOf(response)).toEqual({ status: 400, issues: ['invalid resource[0].entry'] });
  },
);

test('[run-2] entries that hold no resource are counted', async () => {
  const entry = [
    null,
    'x',
    { resource: null },
    { request: { method: 'DELETE' } },
    { resource: patient('x') },
  ];
  const response = await run([ofView(view()), resource({ resourceType: 'Bundle', entry })]);
  expect(response.headers.get('x-millrace-notices')).toBe('other-type=3');
  expect(await textOf(response)).toBe('{"id":"x"}\n');
});

test.each(['a', 'urn:uuid:0', 'https://elsewhere.example/fhir/Patient/a', 'patient/a'])(
  '[com-10] the patient %s is refused, instead of an answer without rows',
  async (text) => {
    const { status, issues } = await refusalOf(await run([ofView(view()), reference('patient', text)]));
    expect(status).toBe(400);
    expect(issues.join()).toMatch(/^(invalid|not-found) patient/);
  },
);

test('[com-17] a limit ends the rows, and is no error', async () => {
  expect(await textOf(await run([ofView(view()), limit(2)]))).toBe('{"id":"a"}\n{"id":"b"}\n');
  expect(await textOf(await run([ofView(view()), limit(0)]))).toBe('');
});

test.each([
  ['[com-9] of a patient', [reference('patient', 'Patient/b')], '{"id":"b"}\n'],
  ['[com-11] of a group', [reference('group', 'Group/g')], '{"id":"a"}\n{"id":"c"}\n'],
])('the rows of a run %s are those of the filter', async (_, filter, rows) => {
  expect(await textOf(await run([ofView(view()), ...filter]))).toBe(rows);
});

describe('the format fhir', () => {
  const typed = view({
    select: columns(
      column('id', 'id', { type: 'id' }),
      column('active', 'active', { type: 'boolean' }),
      column('born', 'birthDate', { type: 'date' }),
      column('names', 'name.count()', { type: 'integer' }),
    ),
  });

  test('[run-10] gives each value the value[x] of its type, and leaves out what is null', async () => {
    const response = await run([ofView(typed), format('fhir'), limit(1)]);
    expect(response.headers.get('content-type')).toContain('application/fhir+json');
    const { resourceType, parameter } = JSON.parse(await textOf(response)) as {
      resourceType: string;
      parameter: readonly { name: string; part: readonly object[] }[];
    };
    expect(resourceType).toBe('Parameters');
    expect(parameter).toHaveLength(1);
    expect(parameter[0]?.name).toBe('row');
    expect(parameter[0]?.part.map((part) => Object.keys(part).join())).toEqual([
      'name,valueString',
      'name,valueBoolean',
      'name,valueDate',
      'name,valueInteger',
    ]);
  });

  test('[run-10] has no rows where there are none', async () => {
    const none = view({ where: [{ path: "id = 'nobody'" }] });
    expect(JSON.parse(await textOf(await run([ofView(none), format('fhir')])))).toEqual({
      resourceType: 'Parameters',
    });
  });

  test('[run-11] has no value for what is no primitive, and refuses it', async () => {
    const names = view({ select: columns(column('name', 'name.first()', { type: 'HumanName' })) });
    const { status } = await refusalOf(await run([ofView(names), format('fhir')]));
    expect(status).toBe(422);
  });

  test('[run-8] rounds instants to milliseconds', async () => {
    const observation = { resourceType: 'Observation', id: 'o', issued: '2026-01-01T00:00:00.123456Z' };
    const issued = view({
      resource: 'Observation',
      select: columns(column('issued', 'issued', { type: 'instant' })),
    });
    const text = await textOf(await run([ofView(issued), resource(observation), format('fhir')]));
    expect(text).toContain('"valueInstant":"2026-01-01T00:00:00.123Z"');
  });
});

test('[com-6] a Binary holds csv, and is declined for the formats that stream', async () => {
  const wrapped = await run([ofView(view()), format('csv')], 'application/fhir+json');
  const binary = JSON.parse(await textOf(wrapped)) as {
    resourceType: string;
    contentType: string;
    data: string;
  };
  expect(binary.resourceType).toBe('Binary');
  expect(binary.contentType).toContain('text/csv');
  expect(Buffer.from(binary.data, 'base64').toString()).toBe('id\na\nb\nc\n');
  for (const declined of ['parquet', 'ndjson']) {
    const { status } = await refusalOf(
      await run([ofView(view()), format(declined)], 'application/fhir+json'),
    );
    expect(status).toBe(406);
  }
});

describe('a run is refused for', () => {
  test.each([
    ['[run-1] no subject', [], 400, ['required subject']],
    [
      '[run-1] two subjects',
      [ofView(view()), reference('subjectReference', 'ViewDefinition/x')],
      400,
      ['invalid subject'],
    ],
    [
      '[com-1] a format that the server does not write',
      [ofView(view()), format('orc')],
      400,
      ['not-supported _format'],
    ],
    [
      '[com-10] a patient who is not there',
      [ofView(view()), reference('patient', 'Patient/z')],
      400,
      ['not-found patient'],
    ],
    [
      '[com-12] a group that is not there',
      [ofView(view()), reference('group', 'Group/z')],
      400,
      ['not-found group'],
    ],
    [
      '[run-9] a reference to nothing',
      [reference('subjectReference', 'ViewDefinition/none')],
      404,
      ['not-found subjectReference'],
    ],
  ])('%s', async (_, parameters, status, issues) => {
    expect(await refusalOf(await run(parameters))).toEqual({ status, issues });
  });

  test('[run-9] a broken view', async () => {
    const { status } = await refusalOf(await run([ofView(view({ select: columns(column('id', '@@')) }))]));
    expect(status).toBe(422);
  });

  test('[sqlquery-12] SQL, which this server does not run', async () => {
    const sql = query({ relatedArtifact: [dependsOn('http://x.org/none', 'a')] });
    const { status } = await refusalOf(await run([ofView(sql)]));
    expect([400, 404]).toContain(status);
  });

  test('[run-9] a resource in the query of GET', async () => {
    const { status, issues } = await refusalOf(await get('subjectResource=x'));
    expect(status).toBe(400);
    expect(issues.join()).toContain('subjectResource');
  });
});

test('[run-1] GET takes what is no resource from the query', async () => {
  const stored = view({ id: 'people', url: 'http://x.org/people', name: 'people' });
  const put = await fetch(`${server.fhirUrl}/ViewDefinition/people`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(stored),
  });
  await put.arrayBuffer();
  expect(
    await textOf(await get('subjectReference=ViewDefinition/people&_format=csv&patient=Patient/b')),
  ).toBe('id\nb\n');
  expect(
    await textOf(await get('subjectCanonical=http://x.org/people&_limit=1&_format=csv&header=false')),
  ).toBe('a\n');
});
