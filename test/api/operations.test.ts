import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { accepted, kickOff, parameters } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});

afterAll(() => platform.close());

const ops = (path: string, init: RequestInit = {}) => fetch(`${api.operationsUrl}${path}`, init);

describe('the operations listener of the API', () => {
  it('is ready when Redis, store and sources answer', async () => {
    const response = await ops('/readyz');
    expect(await response.json()).toEqual({
      status: 'ok',
      checks: { accepting: 'ok', redis: 'ok', store: 'ok', 'source default': 'ok' },
    });
    expect(response.status).toBe(200);
  });

  it('counts what clients do, by route and never by id', async () => {
    const { id, status } = await accepted(await kickOff(api.fhirUrl));
    await fetch(status);
    await kickOff(api.fhirUrl, parameters());
    const text = await (await ops('/metrics')).text();
    expect(text).toMatch(
      /millrace_exports_kicked_off_total\{operation="sql-export",format="ndjson",service="api"\} 1/,
    );
    expect(text).toMatch(/millrace_exports_refused_total\{code="required",service="api"\} 1/);
    expect(text).toContain('route="/fhir/export/:id/status"');
    expect(text).toMatch(/millrace_queue_jobs\{queue="export",state="waiting",service="api"\} [1-9]/);
    expect(text).not.toContain(id);
  });

  it('shows the queue, and does not let anybody change it', async () => {
    const page = await ops('/ops/queues/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Millrace');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const queues = await ops('/ops/queues/api/queues?activeQueue=export&status=waiting');
    expect(queues.status).toBe(200);
    const board = (await queues.json()) as {
      queues: { name: string; jobs: { id: string; data: object }[] }[];
    };
    const job = board.queues[0]?.jobs[0];
    expect(Object.keys(job?.data ?? {}).sort()).toEqual(['exportId', 'step']);
    for (const path of [`export/${job?.id}/clean`, 'export/pause', 'export/clean/waiting']) {
      expect((await ops(`/ops/queues/api/queues/${path}`, { method: 'PUT' })).status).toBe(405);
    }
  });

  it('is not on the listener of clients', async () => {
    for (const path of ['/metrics', '/readyz', '/ops/queues']) {
      expect((await fetch(new URL(path, api.fhirUrl))).status).toBe(404);
    }
  });

  it('is not ready, but live, while a source cannot be read', async () => {
    await rm(platform.data, { recursive: true });
    const response = await ops('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'not ready', checks: { redis: 'ok' } });
    expect((await ops('/livez')).status).toBe(200);
    expect((await kickOff(api.fhirUrl)).status).toBe(503);
  });
});
