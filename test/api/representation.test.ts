import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});
afterAll(() => platform.close());

const get = (url: string, accept?: string): Promise<Response> =>
  fetch(url, { headers: accept === undefined ? {} : { Accept: accept }, redirect: 'manual' });

async function expectNotAcceptable(response: Response): Promise<void> {
  expect(response.status).toBe(406);
  expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
  const { resourceType, issue } = await outcomeOf(response);
  expect([resourceType, issue[0]?.code]).toEqual(['OperationOutcome', 'not-supported']);
}

describe('Accept chooses how the answer is written, and that alone', () => {
  it.each([
    [undefined, 'application/fhir+json'],
    ['*/*', 'application/fhir+json'],
    ['application/fhir+json;fhirVersion=4.0', 'application/fhir+json'],
    ['application/json', 'application/json'],
    ['application/fhir+xml, application/json;q=0.2', 'application/json'],
  ])('%s: %s', async (accept, mediaType) => {
    const response = await get(`${api.fhirUrl}/metadata`, accept);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(new RegExp(`^${mediaType.replace('+', '\\+')}`));
    expect(await response.json()).toMatchObject({ resourceType: 'CapabilityStatement' });
  });

  it('an export is answered in the form that is asked for, and written in its own format', async () => {
    const asked = parameters(subject, { name: '_format', valueCode: 'text/csv' });
    const response = await kickOff(api.fhirUrl, asked, { Accept: 'application/json' });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const { id, status } = await accepted(response);
    expect(await response.json()).toMatchObject({
      parameter: expect.arrayContaining([{ name: '_format', valueCode: 'csv' }]),
    });
    expect((await get(status, 'application/json')).headers.get('content-type')).toMatch(/^application\/json/);
    await completeExport(platform, id, ['id\np1\n']);
    // There is nothing to write in an answer that only says where to go.
    expect((await get(status, 'text/csv')).status).toBe(303);
    await expectNotAcceptable(await get(status.replace(/status$/, 'result'), 'text/csv'));
    for (const accept of [undefined, 'application/fhir+json', 'text/csv', 'application/json']) {
      const file = await get(status.replace(/status$/, 'files/patients.part1.csv'), accept);
      expect(file.status).toBe(200);
      expect(file.headers.get('content-type')).toMatch(/^text\/csv/);
      await file.text();
    }
  });
});

describe('an Accept that admits none of the forms is 406', () => {
  it('before anything is done', async () => {
    const before = await platform.exportCount();
    for (const accept of ['application/fhir+xml', 'text/csv', 'application/fhir+json;q=0']) {
      await expectNotAcceptable(await kickOff(api.fhirUrl, parameters(subject), { Accept: accept }));
    }
    expect(await platform.exportCount()).toBe(before);
    const put = await fetch(`${api.fhirUrl}/ViewDefinition/never`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+xml' },
      body: JSON.stringify({ ...patientView, id: 'never' }),
    });
    await expectNotAcceptable(put);
    expect((await get(`${api.fhirUrl}/ViewDefinition/never`)).status).toBe(404);
  });

  it('also for a cancellation, which then does not happen', async () => {
    const { status } = await accepted(await kickOff(api.fhirUrl));
    const cancel = (accept: string): Promise<Response> =>
      fetch(status, { method: 'DELETE', headers: { Accept: accept } });
    await expectNotAcceptable(await cancel('text/html'));
    expect((await get(status)).status).toBe(202);
    await expectNotAcceptable(await get(status, 'text/html'));
    expect((await cancel('*/*')).status).toBe(202);
  });

  it('and so is a _format in the URL that asks for another one', async () => {
    await expectNotAcceptable(await get(`${api.fhirUrl}/metadata?_format=xml`, 'application/fhir+json'));
    await expectNotAcceptable(await get(`${api.fhirUrl}/ViewDefinition?_format=application/fhir%2Bxml`));
    const json = await get(`${api.fhirUrl}/metadata?_format=application/fhir+json`, 'application/fhir+xml');
    expect(json.status).toBe(200);
  });

  it('but an error is answered for any wish', async () => {
    const response = await get(`${api.fhirUrl}/export/${'0'.repeat(32)}/status`, 'text/html');
    expect(response.status).toBe(404);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-found');
  });
});
