import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import type { ApiService } from '@millrace/api-service';
import { accepted, kickOff, parameters, patientView, subject, valuesOf } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});

afterAll(() => platform.close());

describe('an accepted kick-off', () => {
  it('is answered with 202, an absolute status address and the specification’s parameters', async () => {
    const response = await kickOff(
      api.fhirUrl,
      parameters(subject, { name: 'clientTrackingId', valueString: 'n7' }),
    );
    expect(response.status).toBe(202);
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    const status = response.headers.get('content-location');
    expect(status).toMatch(new RegExp(`^${api.fhirUrl}/export/[0-9a-f]{32}/status$`));
    expect(await valuesOf(response)).toMatchObject({
      clientTrackingId: 'n7',
      status: 'accepted',
      location: status,
      _format: 'ndjson',
    });
  });

  it('is answered with 202 also if it asks for nothing that exists: it has begun an export', async () => {
    const headers = { Accept: 'application/fhir+json', Prefer: 'respond-async', 'If-None-Match': '*' };
    const response = await fetch(`${api.fhirUrl}/$export`, { headers });
    expect(response.status).toBe(202);
    expect(response.headers.get('content-location')).toContain('/export/');
  });

  it('has stored the request, shown the export to pollers and queued its first step', async () => {
    const { id, status } = await accepted(await kickOff(api.fhirUrl));
    const stored = await platform.store.read(exportObjectKey('default', id, 'request'));
    expect(JSON.parse(Buffer.from(stored ?? '').toString())).toMatchObject({
      id,
      tenant: 'default',
      client: 'anonymous',
      source: 'default',
      subjects: [{ kind: 'view', name: 'patients', view: patientView }],
    });
    expect(await platform.queued()).toContain(`${id}/plan`);
    const poll = await fetch(status, { redirect: 'manual' });
    expect(poll.status).toBe(202);
    expect(Number(poll.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await valuesOf(poll))['status']).toBe('accepted');
  });

  it('freezes a stored view as it was', async () => {
    const put = (name: string) =>
      fetch(`${api.fhirUrl}/ViewDefinition/frozen`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify({ ...patientView, id: 'frozen', name }),
      });
    await put('before');
    const reference = { name: 'subjectReference', valueReference: { reference: 'ViewDefinition/frozen' } };
    const { id } = await accepted(
      await kickOff(api.fhirUrl, parameters({ name: 'subject', part: [reference] })),
    );
    await put('after');
    const stored = await platform.store.read(exportObjectKey('default', id, 'request'));
    expect(JSON.parse(Buffer.from(stored ?? '').toString())).toMatchObject({
      subjects: [{ name: 'before' }],
    });
  });

  it.each([
    [
      '$viewdefinition-export',
      parameters({ name: 'view', part: [{ name: 'viewResource', resource: patientView }] }),
    ],
    [
      'ViewDefinition/$viewdefinition-export',
      parameters({ name: 'view', part: [{ name: 'viewResource', resource: patientView }] }),
    ],
    ['ViewDefinition/frozen/$viewdefinition-export', parameters()],
  ])('is possible at %s', async (path, body) => {
    const response = await fetch(`${api.fhirUrl}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
      body: JSON.stringify(body),
    });
    await accepted(response);
  });

  it('names links by PUBLIC_BASE_URL', async () => {
    const behindProxy = await platform.start({ PUBLIC_BASE_URL: 'https://sof.example/millrace/' });
    const port = new URL(behindProxy.operationsUrl).port;
    expect(port).not.toBe('');
    expect(behindProxy.fhirUrl).toBe('https://sof.example/millrace/fhir');
  });
});
