import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportPrefix } from '@millrace/export';
import { readManifest } from '@millrace/lifecycle';
import { completeExport, failExport, planNothing } from './finish-export.js';
import { accepted, kickOff, outcomeOf, valuesOf } from './requests.js';
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

const start = async () => accepted(await kickOff(api.fhirUrl));
const get = (url: string) => fetch(url, { redirect: 'manual' });
const onOther = (url: string) => url.replace(api.fhirUrl, other.fhirUrl);
const resultOf = (id: string) => `${api.fhirUrl}/export/${id}/result`;

describe('a running export', () => {
  it('answers its result address with 202 and where to poll', async () => {
    const { id, status } = await start();
    const response = await get(resultOf(id));
    expect(response.status).toBe(202);
    expect(response.headers.get('content-location')).toBe(status);
    expect((await valuesOf(response))['status']).toBe('accepted');
  });

  it('has no files yet', async () => {
    const { id } = await start();
    expect((await get(`${api.fhirUrl}/export/${id}/files/patients.part1.ndjson`)).status).toBe(404);
  });
});

describe('a completed export', () => {
  it('redirects every poller to the result with an empty body', async () => {
    const { id, status } = await start();
    await completeExport(platform, id, ['{}\n']);
    for (const url of [status, onOther(status)]) {
      const response = await get(url);
      expect(response.status).toBe(303);
      expect(await response.text()).toBe('');
      expect(response.headers.get('location')).toMatch(new RegExp(`/fhir/export/${id}/result$`));
    }
  });

  it('keeps answering with the same manifest, which expires a day after the end', async () => {
    const { id } = await start();
    await completeExport(platform, id, ['{}\n']);
    const first = await get(resultOf(id));
    expect(first.status).toBe(200);
    const body = await first.text();
    expect(JSON.parse(body)).toMatchObject({ resourceType: 'Parameters' });
    expect(body).toContain(`${api.fhirUrl}/export/${id}/files/patients.part1.ndjson`);
    const values = await valuesOf(new Response(body));
    const expires = Date.parse(first.headers.get('expires') ?? '');
    expect(expires - Date.parse(String(values['exportEndTime']))).toBeGreaterThan(86_400_000 - 1000);
    const again = await get(resultOf(id));
    expect(await again.text()).toBe(body);
    expect(again.headers.get('expires')).toBe(first.headers.get('expires'));
  });

  it('answers DELETE with 202 and stays', async () => {
    const { id, status } = await start();
    await completeExport(platform, id, ['{}\n']);
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
    expect((await get(resultOf(id))).status).toBe(200);
    expect((await get(status)).status).toBe(303);
  });
});

describe('a failed export', () => {
  it('redirects to a result that keeps saying why', async () => {
    const { id, status } = await start();
    await failExport(platform, id, {
      status: 422,
      code: 'processing',
      diagnostics: 'column "id" has two values',
      expression: ['patients'],
    });
    expect((await get(status)).status).toBe(303);
    const answers = [await get(resultOf(id)), await get(onOther(resultOf(id)))];
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map((answer) => answer.status)).toEqual([422, 422]);
    expect(bodies[0]).toBe(bodies[1]);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'processing', diagnostics: 'column "id" has two values', expression: ['patients'] }],
    });
  });
});

describe('cancelling', () => {
  it('an export that waits is answered with 202, and then with 404 everywhere', async () => {
    const { id, status } = await start();
    expect((await fetch(onOther(status), { method: 'DELETE' })).status).toBe(202);
    for (const url of [status, onOther(status), resultOf(id)]) {
      const response = await get(url);
      expect(response.status).toBe(404);
      expect((await outcomeOf(response)).issue[0]?.code).toBe('not-found');
    }
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(404);
    expect(await readManifest(platform.store, 'default', id)).toMatchObject({ outcome: 'cancelled' });
  });

  it('an export that runs refuses its worker everything from then on', async () => {
    const { id, status } = await start();
    const lease = await planNothing(platform, id);
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
    expect(await platform.jobs.heartbeat(lease, 30_000)).toEqual({ kind: 'fenced' });
    expect(await platform.jobs.decide(id, { outcome: 'completed', lease })).toMatchObject({
      kind: 'already',
      state: 'cancelled',
    });
  });

  it('removes the output so far', async () => {
    const { id, status } = await start();
    const key = `${exportPrefix('default', id)}shard-0/1-abc/1.ndjson`;
    await using upload = await platform.store.open(key);
    await upload.write(Buffer.from('{}\n'));
    await upload.commit();
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
    while ((await platform.store.stat(key)) !== undefined);
  });

  it('by two clients at once succeeds for both or tells one that it is gone', async () => {
    const { status } = await start();
    const answers = await Promise.all(
      [status, onOther(status)].map((url) => fetch(url, { method: 'DELETE' })),
    );
    for (const { status: code } of answers) expect([202, 404]).toContain(code);
    expect((await get(status)).status).toBe(404);
  });

  it('that races with completion leaves one outcome that everybody sees', async () => {
    const { id, status } = await start();
    const results = await Promise.allSettled([
      fetch(status, { method: 'DELETE' }),
      completeExport(platform, id, ['{}\n']),
    ]);
    expect(results[0]).toMatchObject({ status: 'fulfilled', value: { status: 202 } });
    const manifest = await readManifest(platform.store, 'default', id);
    const expected = manifest?.outcome === 'completed' ? [303, 200] : [404, 404];
    expect([(await get(status)).status, (await get(onOther(resultOf(id)))).status]).toEqual(expected);
  });
});

describe('an export that does not exist', () => {
  it.each(['0'.repeat(32), 'x', '..%2F..%2Fetc', 'A'.repeat(32)])('is 404 under the id %s', async (id) => {
    for (const path of ['status', 'result', 'files/x']) {
      const response = await get(`${api.fhirUrl}/export/${id}/${path}`);
      expect(response.status).toBe(404);
      expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
    }
  });

  it('is 404 before it was activated', async () => {
    const id = 'f'.repeat(32);
    await platform.jobs.create({ id, tenant: 'default', client: 'anonymous' });
    expect((await get(`${api.fhirUrl}/export/${id}/status`)).status).toBe(404);
    await platform.jobs.discard(id);
  });

  it('is 404 for a client of another tenant', async () => {
    const id = 'e'.repeat(32);
    await platform.jobs.create({ id, tenant: 'elsewhere', client: 'anonymous' });
    await platform.jobs.activate(id);
    expect((await get(`${api.fhirUrl}/export/${id}/status`)).status).toBe(404);
  });
});
