import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { download, rowsIn } from '../e2e/wire.js';
import {
  accepted,
  dependsOn,
  format,
  outputName,
  post,
  query,
  reference,
  sqlView,
  subject,
  view,
} from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const PEOPLE = 'http://x.org/sql/people';
const SEEN = 'http://x.org/sql/seen';
const LATEST = 'http://x.org/sql/latest';
const column = (name: string, path: string, type?: string) => ({
  name,
  path,
  ...(type === undefined ? {} : { type }),
});

const people = view({
  url: PEOPLE,
  name: 'people',
  select: [
    { column: [column('id', 'getResourceKey()'), column('born', 'birthDate'), column('active', 'active')] },
  ],
});
const seen = view({
  url: SEEN,
  version: '1',
  name: 'seen',
  resource: 'Observation',
  select: [
    {
      column: [
        column('id', 'getResourceKey()'),
        column('patient', 'subject.getReferenceKey(Patient)'),
        column('changed', 'meta.lastUpdated', 'instant'),
      ],
    },
  ],
});
const attachment = (sql: string, contentType = 'application/sql') => ({
  contentType,
  data: Buffer.from(sql).toString('base64'),
});
/** The last observation of each patient. */
const latest = sqlView({
  url: LATEST,
  content: [
    attachment(`SELECT patient, id, changed FROM (
      SELECT *, row_number() OVER (PARTITION BY patient ORDER BY changed DESC NULLS LAST, id) AS place FROM s
    ) WHERE place = 1`),
  ],
  relatedArtifact: [dependsOn(`${SEEN}|1`, 's')],
});
const CONTEXT = [people, seen, latest];

const context = (name: string, ...resources: readonly object[]) =>
  resources.map((resource) => ({ name, resource }));
const ofQuery = (sql: string, needs: Readonly<Record<string, string>>, fields: object = {}) =>
  query({
    content: [attachment(sql)],
    relatedArtifact: Object.entries(needs).map(([label, url]) => dependsOn(url, label)),
    ...fields,
  });
const values = (...parameter: readonly object[]) => ({
  name: 'parameters',
  resource: { resourceType: 'Parameters', parameter },
});

const HOSTILE = ["x' OR '1'='1", "'; DROP TABLE p; --", ':other', '$1', '/* ä */ "'];

async function run(path: string, parameters: readonly object[]): Promise<Response> {
  return fetch(`${server.fhirUrl}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Parameters', parameter: parameters }),
  });
}

async function rowsOf(sql: object, ...more: readonly object[]): Promise<unknown> {
  const response = await run('/$sql-run', [
    { name: 'subjectResource', resource: sql },
    format('json'),
    ...more,
  ]);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
}

test('[exp-10 sqlquery-12 sqlview-7] an export mixes views, queries and views in SQL, each with its own rows', async () => {
  const born = ofQuery(
    `SELECT p.id, p.born, l.id AS last FROM p LEFT JOIN l ON l.patient = p.id
     WHERE p.born IS NULL OR p.born >= :since ORDER BY p.id`,
    { p: PEOPLE, l: LATEST },
    { parameter: [{ name: 'since', use: 'in', type: 'date' }] },
  );
  const status = await accepted(
    await post(server.fhirUrl, [
      subject(born, outputName('born'), values({ name: 'since', valueDate: '1970-01-01' })),
      subject(latest, outputName('latest')),
      subject(people, outputName('people')),
      ...context('context', ...CONTEXT),
    ]),
  );
  const { outputs } = await download(status);
  expect(rowsIn(outputs.get('born') ?? [])).toEqual([
    { id: 'a', born: '1970-06', last: 'o1' },
    { id: 'b', born: null, last: 'o3' },
    { id: 'c', born: null, last: 'o4' },
  ]);
  expect(rowsIn(outputs.get('latest') ?? [])).toHaveLength(3);
  expect(rowsIn(outputs.get('people') ?? [])).toHaveLength(3);
});

test.each([
  [
    '[sqlquery-3] the default, where none is of the dialect of the engine',
    'application/sql;dialect=oracle',
    1,
  ],
  ['[sqlquery-3] that of the dialect of the engine, before the default', 'application/sql;dialect=duckdb', 2],
])('of several attachments %s runs', async (_, contentType, expected) => {
  const content = [attachment('SELECT 1 AS n'), attachment('SELECT 2 AS n', contentType)];
  expect(await rowsOf(query({ content }))).toEqual([{ n: expected }]);
});

test.each(HOSTILE)(
  '[run-intro-1 run-intro-2 sqlquery-15 sqlquery-16] the value %j is a value, whatever SQL it holds',
  async (valueString) => {
    const echo = ofQuery(
      'SELECT CAST(:given AS VARCHAR) AS given, count(*) FILTER (WHERE p.id = :given) AS n FROM p',
      { p: PEOPLE },
      { parameter: [{ name: 'given', use: 'in', type: 'string' }] },
    );
    expect(await rowsOf(echo, values({ name: 'given', valueString }), ...context('context', people))).toEqual(
      [{ given: valueString, n: 0 }],
    );
  },
);

test('[com-9 com-11] filters choose resources before SQL runs', async () => {
  const counted = ofQuery('SELECT count(*) AS n FROM s', { s: SEEN });
  const along = context('context', seen);
  expect(await rowsOf(counted, ...along)).toEqual([{ n: 4 }]);
  expect(await rowsOf(counted, ...along, reference('patient', 'Patient/a'))).toEqual([{ n: 2 }]);
  expect(await rowsOf(counted, ...along, reference('group', 'Group/g'))).toEqual([{ n: 3 }]);
  const since = { name: '_since', valueInstant: '2026-01-01T00:00:00Z' };
  expect(await rowsOf(counted, ...along, reference('patient', 'Patient/a'), since)).toEqual([{ n: 1 }]);
});

describe('the earlier operations', () => {
  const LEAST = { name: 'least', use: 'in', type: 'integer' };
  const high = ofQuery(
    'SELECT :least AS n, count(*) AS people FROM p',
    { p: PEOPLE },
    { id: 'high', parameter: [LEAST] },
  );
  const bound = values({ name: 'least', valueInteger: 7 });
  beforeAll(async () => {
    const stored = await fetch(`${server.fhirUrl}/Library/high`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify(high),
    });
    expect(stored.status).toBe(201);
  });

  test.each([
    ['/$sqlquery-run', [{ name: 'queryResource', resource: high }]],
    ['/Library/$sqlquery-run', [reference('queryReference', 'Library/high')]],
    ['/Library/high/$sqlquery-run', []],
  ])('[sqlquery-13] run a query at %s', async (path, asked) => {
    const response = await run(path, [...asked, bound, ...context('tableSource', people), format('csv')]);
    expect(await response.text()).toBe('n,people\n7,3\n');
  });

  test('[sqlquery-13] export a query that the URL names, with its values', async () => {
    const response = await fetch(`${server.fhirUrl}/Library/high/$sqlquery-export`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: [bound, ...context('tableSource', people)],
      }),
    });
    const { outputs } = await download(await accepted(response));
    expect([...outputs.values()].map((files) => rowsIn(files))).toEqual([[{ n: 7, people: 3 }]]);
  });
});

test('[run-8 run-10] as fhir, each column has the value of its type, and none where it is null', async () => {
  const typed = query({
    content: [
      attachment(`SELECT true AS b, 1 AS i, CAST(2 AS BIGINT) AS big, 1.50 AS d, 'x' AS s, DATE '2026-01-31' AS day,
        TIMESTAMPTZ '2026-01-31 12:00:00.123456Z' AS at, NULL AS nothing`),
    ],
  });
  const response = await run('/$sql-run', [{ name: 'subjectResource', resource: typed }, format('fhir')]);
  const { parameter } = (await response.json()) as {
    parameter: readonly { name: string; part: readonly object[] }[];
  };
  expect(parameter).toEqual([
    {
      name: 'row',
      part: [
        { name: 'b', valueBoolean: true },
        { name: 'i', valueInteger: 1 },
        { name: 'big', valueInteger64: expect.anything() },
        { name: 'd', valueDecimal: 1.5 },
        { name: 's', valueString: 'x' },
        { name: 'day', valueDate: '2026-01-31' },
        { name: 'at', valueInstant: expect.stringMatching(/^2026-01-31T12:00:00[.]123(?:Z|[+]00:00)$/) },
      ],
    },
  ]);
});

test('[run-11] a column of a type that FHIR has no value for is 422', async () => {
  const interval = query({ content: [attachment('SELECT [1, 2] AS pair')] });
  const response = await run('/$sql-run', [{ name: 'subjectResource', resource: interval }, format('fhir')]);
  expect(response.status).toBe(422);
});
