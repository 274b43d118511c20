import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { definitionRequests, library } from './definition-requests.js';
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

const { address, put, send } = definitionRequests(() => api);

describe('$validate', () => {
  const faulty = { ...patientView, select: [{ column: [{ name: 'id', path: '@@' }] }] };

  it('says what is wrong with a definition, and stores nothing', async () => {
    for (const body of [faulty, parameters({ name: 'resource', resource: faulty })]) {
      const response = await send('POST', 'ViewDefinition/$validate', JSON.stringify(body));
      expect(response.status).toBe(200);
      expect((await outcomeOf(response)).issue).toEqual([
        expect.objectContaining({
          severity: 'error',
          expression: ['ViewDefinition.select[0].column[0].path'],
        }),
      ]);
    }
    const fine = await send('POST', 'ViewDefinition/$validate', JSON.stringify(patientView));
    expect((await outcomeOf(fine)).issue[0]).toMatchObject({ severity: 'information' });
  });

  it('looks at a stored definition, and at what is to replace it', async () => {
    await put('validated');
    const stored = await fetch(`${address('validated', other)}/$validate`);
    expect((await outcomeOf(stored)).issue[0]).toMatchObject({ severity: 'information' });
    const body = JSON.stringify({ ...patientView, id: 'another' });
    const update = await send('POST', 'ViewDefinition/validated/$validate?mode=update', body);
    expect((await outcomeOf(update)).issue[0]).toMatchObject({
      severity: 'error',
      expression: ['ViewDefinition.id'],
    });
    expect((await fetch(`${address('none')}/$validate`)).status).toBe(404);
    expect((await send('POST', 'ViewDefinition/$validate', '')).status).toBe(400);
    expect((await send('POST', 'ViewDefinition/$validate?profile=x', body)).status).toBe(400);
  });

  it('warns of what SQL could not use, and refuses a Library with SQL that lacks it', async () => {
    const map = { resourceType: 'ConceptMap', group: [{ element: [{}] }] };
    const warned = await outcomeOf(await send('POST', 'ConceptMap/$validate', JSON.stringify(map)));
    expect(warned.issue[0]).toMatchObject({ severity: 'warning' });
    const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';
    const query = library({ type: { coding: [{ system, code: 'sql-query' }] } });
    const refused = await send('POST', 'Library', JSON.stringify(query));
    expect(refused.status).toBe(422);
    expect((await outcomeOf(refused)).issue[0]).toMatchObject({ expression: ['Library.content'] });
  });
});

test('$schema tells the columns of a view with their types', async () => {
  const column = [
    { name: 'id', path: 'getResourceKey()' },
    { name: 'born', path: 'birthDate' },
    { name: 'rank', path: 'telecom.rank.first()' },
    { name: 'given', path: 'name.given', collection: true },
    {
      name: 'price',
      path: 'multipleBirth.ofType(integer)',
      type: 'decimal',
      tag: [{ name: 'ansi/type', value: 'DECIMAL(10,2)' }],
    },
    { name: 'at', path: 'meta.lastUpdated' },
  ];
  await put('described', { select: [{ column }] });
  const response = await fetch(`${address('described', other)}/$schema`);
  expect(response.status).toBe(200);
  const { parameter } = (await response.json()) as {
    parameter: { name: string; part: Record<string, unknown>[] }[];
  };
  const rows = parameter.map(({ part }) => part.map((one) => Object.values(one)[1]));
  expect(rows).toEqual([
    ['id', 'id', false, 'CHARACTER VARYING', 'BYTE_ARRAY (STRING)'],
    ['born', 'date', false, 'CHARACTER VARYING', 'BYTE_ARRAY (STRING)'],
    ['rank', 'positiveInt', false, 'INTEGER', 'INT32'],
    ['given', 'string', true, 'CHARACTER VARYING', 'BYTE_ARRAY (STRING)'],
    ['price', 'decimal', false, 'DECIMAL(10,2)', 'INT64 (DECIMAL(10,2))'],
    ['at', 'instant', false, 'TIMESTAMP WITH TIME ZONE', 'INT64 (TIMESTAMP(MICROS, UTC))'],
  ]);
  expect((await fetch(`${address('none')}/$schema`)).status).toBe(404);
  const definition = await fetch(`${api.fhirUrl}/OperationDefinition/schema`);
  expect(await definition.json()).toMatchObject({ resource: ['ViewDefinition'], instance: true });
});

describe('a subject', () => {
  const subject = (part: object) => parameters({ name: 'subject', part: [part] });
  async function nameOf(part: object): Promise<string> {
    const { id } = await accepted(await kickOff(api.fhirUrl, subject(part)));
    const request = await platform.store.read(`default/${id}/request.json`);
    const { subjects } = JSON.parse(Buffer.from(request ?? '').toString()) as {
      subjects: { name: string }[];
    };
    return subjects[0]?.name ?? '';
  }

  it('that is a canonical without a version is the active definition of the highest version', async () => {
    const url = 'http://x.org/resolved#ä';
    await put('r1', { url, version: '1.9', status: 'active', name: 'nine' });
    await put('r2', { url, version: '1.10', status: 'active', name: 'ten' });
    await put('r3', { url, version: '2.0', status: 'draft', name: 'draft' });
    expect(await nameOf({ name: 'subjectCanonical', valueCanonical: url })).toBe('ten');
    expect(await nameOf({ name: 'subjectCanonical', valueCanonical: `${url}|2.0` })).toBe('draft');
  });

  it('may be an earlier version', async () => {
    await put('earlier', { name: 'first' });
    await put('earlier', { name: 'second' });
    const reference = 'ViewDefinition/earlier/_history/1';
    expect(await nameOf({ name: 'subjectReference', valueReference: { reference } })).toBe('first');
  });

  it('that is a stored Library is found, and its SQL is analysed against the columns of stored views', async () => {
    const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';
    const url = 'http://x.org/people-for-sql';
    await put('people-for-sql', { url });
    const kickOffOf = async (id: string, sql: string): Promise<Response> => {
      const query = library({
        id,
        type: { coding: [{ system, code: 'sql-query' }] },
        relatedArtifact: [{ type: 'depends-on', resource: url, label: 'people' }],
        content: [{ contentType: 'application/sql', data: Buffer.from(sql).toString('base64') }],
      });
      expect((await send('PUT', `Library/${id}`, JSON.stringify(query))).status).toBe(201);
      const part = { name: 'subjectReference', valueReference: { reference: `Library/${id}` } };
      return kickOff(api.fhirUrl, subject(part));
    };
    expect((await kickOffOf('query', 'SELECT count(*) AS n, min(id) AS first FROM people')).status).toBe(202);
    const refused = await kickOffOf('faulty-query', 'SELECT id,\n  birthday FROM people');
    expect(refused.status).toBe(422);
    expect((await outcomeOf(refused)).issue).toEqual([
      expect.objectContaining({
        code: 'invalid',
        expression: ['subject[0].subjectReference'],
        diagnostics: expect.stringMatching(/^line 2, column 3: .*birthday/),
      }),
    ]);
  });
});
