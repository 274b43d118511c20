import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SINCE, startBulkServer, storedLines } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import {
  accepted,
  ended,
  exported,
  get,
  manifestOf,
  post,
  refusalOf,
  resourcesIn,
  textOf,
} from './bulk-requests.js';
import type { Manifest } from './bulk-requests.js';
import { until } from '../until.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const SEPARATE = { Prefer: 'respond-async, separate-export-status' };

let server: BulkServer;
/** Nothing runs there. */
let idle: BulkServer;
beforeAll(async () => {
  server = await startBulkServer();
  idle = await startBulkServer({ workers: 0 });
});
afterAll(async () => {
  await Promise.all([server, idle].map((one) => one?.[Symbol.asyncDispose]()));
});

const poll = (statusUrl: string, method = 'GET') =>
  fetch(statusUrl, { method, headers: { Accept: 'application/json' }, redirect: 'manual' });

describe('the status of an export that runs', () => {
  test('is 202 with progress and when to come back, without a body', async () => {
    const response = await poll(await accepted(await get(idle.fhirUrl, '$export')));
    expect(response.status).toBe(202);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('x-progress')?.length).toBeLessThan(100);
    expect(await response.text()).toBe('');
  });

  test('is 200 with X-Export-Status for a client that asked for it', async () => {
    const kickOff = await get(idle.fhirUrl, '$export', SEPARATE);
    expect(kickOff.headers.get('preference-applied')).toBe('respond-async, separate-export-status');
    const response = await poll(await accepted(kickOff));
    expect([response.status, response.headers.get('x-export-status')]).toEqual([200, '202 Accepted']);
  });

  test('is 429 when it is asked for much too often', async () => {
    const environment = { POLL_THROTTLE_FACTOR: '1', POLL_THROTTLE_BURST: '3', POLL_RETRY_MIN: '5s' };
    await using impatient = await startBulkServer({ workers: 0, environment });
    const status = await accepted(await get(impatient.fhirUrl, '$export'));
    const polls: Response[] = [];
    for (let count = 0; count < 10; count += 1) polls.push(await poll(status));
    const throttled = polls.find((response) => response.status === 429);
    expect(Number(throttled?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusalOf(throttled ?? Response.error())).toEqual([429, 'throttled -']);
  });
});

describe('the status of an export that is completed', () => {
  test('is 200 with the manifest as JSON, and until when the files are there', async () => {
    const response = await ended(await accepted(await get(server.fhirUrl, '$export?_type=Patient')));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(Date.parse(response.headers.get('expires') ?? '')).toBeGreaterThan(Date.now());
    expect(response.headers.get('x-export-status')).toBeNull();
  });

  test('is JSON also for a client that accepts FHIR or anything', async () => {
    const { statusUrl } = await exported(get(server.fhirUrl, '$export?_type=Patient'));
    for (const Accept of ['application/fhir+json', '*/*', 'application/json, text/plain']) {
      const response = await fetch(statusUrl, { headers: { Accept } });
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      await response.arrayBuffer();
    }
  });

  test('has an X-Export-Status of 200 for a client that asked for it', async () => {
    const response = await ended(
      await accepted(await get(server.fhirUrl, '$export?_type=Patient', SEPARATE)),
    );
    expect([response.status, response.headers.get('x-export-status')]).toEqual([200, '200 OK']);
  });

  test('is the same whenever it is asked for', async () => {
    const { statusUrl, manifest } = await exported(get(server.fhirUrl, '$export'));
    expect(await manifestOf(statusUrl)).toEqual(manifest);
  });
});

describe('a manifest', () => {
  test('has the members that clients require, and the URL of the request as it was', async () => {
    const target = 'Group/g/$export?_type=Patient,Observation&_outputFormat=application%2Ffhir%2Bndjson';
    const before = Date.now();
    const { manifest } = await exported(get(server.fhirUrl, target));
    expect(manifest).toMatchObject({
      transactionTime: expect.stringMatching(INSTANT),
      request: `${server.fhirUrl}/${target}`,
      requiresAccessToken: false,
      error: [],
    });
    expect(Math.abs(Date.parse(manifest.transactionTime) - before)).toBeLessThan(60_000);
    expect(manifest).not.toHaveProperty('deleted');
    const byPost = await exported(post(server.fhirUrl, 'Patient/$export', []));
    expect(byPost.manifest.request).toBe(`${server.fhirUrl}/Patient/$export`);
  });

  test('lists files by absolute URLs with their types, counts, sizes and digests', async () => {
    const { manifest } = await exported(get(server.fhirUrl, '$export'));
    for (const { type, url, count, extension } of manifest.output) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/fhir\//);
      const content = await textOf(url);
      const lines = content.trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { resourceType: string }).resourceType)).toEqual(
        Array(count).fill(type),
      );
      const sha256 = createHash('sha256').update(content).digest('hex');
      const facts = { bytes: Buffer.byteLength(content), sha256 };
      expect(extension).toEqual({ 'urn:millrace:fhir:extension:export-file': facts });
    }
  });

  test('lists nothing of a type without resources', async () => {
    const { manifest } = await exported(get(server.fhirUrl, 'Group/empty/$export'));
    expect(manifest.output).toEqual([]);
  });

  test('lists what was deleted since the time that was asked for, of the types that were', async () => {
    const { manifest, ids } = await exported(get(server.fhirUrl, `$export?_since=${SINCE}&_type=Patient`));
    expect(manifest.deleted).toMatchObject([{ type: 'Bundle', count: 1 }]);
    const [bundle] = await resourcesIn(manifest.deleted?.[0]?.url ?? '');
    expect(bundle).toMatchObject({
      type: 'transaction',
      entry: [{ request: { method: 'DELETE', url: 'Patient/gone' } }],
    });
    expect(ids['Patient']).not.toContain('gone');
  });

  test('of version 4 has the members of that version', async () => {
    const since = { name: '_since', valueInstant: SINCE };
    const { manifest } = await exported(post(server.fhirUrl, '$export-v4', [since]));
    expect(manifest).toMatchObject({
      manifestType: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkDataManifest',
      transactionTime: expect.stringMatching(INSTANT),
      requiresAccessToken: false,
      outputFormat: 'application/fhir+ndjson',
      deleted: [{ count: 2, fileSize: expect.any(Number) }],
    });
    expect(manifest).not.toHaveProperty('request');
    expect(manifest).not.toHaveProperty('error');
    expect(manifest).not.toHaveProperty('outcome');
    for (const { url, fileSize } of manifest.output)
      expect(Buffer.byteLength(await textOf(url))).toBe(fileSize);
  });

  test('of version 4 counts outcomes by severity', async () => {
    const lenient = { Prefer: 'respond-async, handling=lenient' };
    const asked = [{ name: 'foo', valueString: '1' }];
    const { manifest } = await exported(post(server.fhirUrl, '$export-v4', asked, lenient));
    expect(manifest.outcome).toMatchObject([{ count: 1, countSeverity: [{ code: 'warning', count: 1 }] }]);
  });
});

describe('a file', () => {
  test('is NDJSON of FHIR, with the bytes of the source and a newline at its end', async () => {
    const { manifest } = await exported(get(server.fhirUrl, '$export?_type=Observation'));
    const response = await fetch(manifest.output[0]?.url ?? '', {
      headers: { Accept: 'application/fhir+ndjson' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/fhir+ndjson');
    expect(await response.text()).toBe(`${storedLines('Observation').join('\n')}\n`);
  });

  test('of outcomes is one too, also in part of the answer that HEAD gives', async () => {
    const target = 'Patient/$export?_type=Patient,Organization';
    const { manifest } = await exported(get(server.fhirUrl, target));
    const url = manifest.error?.[0]?.url ?? '';
    const [whole, head] = [await fetch(url), await fetch(url, { method: 'HEAD' })];
    const content = await whole.text();
    expect(whole.headers.get('content-type')).toBe('application/fhir+ndjson');
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(content)));
    const etag = whole.headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect(content.endsWith('\n')).toBe(true);
  });
});

describe('lines that are no resources', () => {
  const more = { 'Condition.ndjson': '{"resourceType":"Condition","id":"x"}\nno resource\n' };

  test('are told in the file of errors where the operator lets them be skipped', async () => {
    await using lax = await startBulkServer({ environment: { MALFORMED_LINES: 'skip' }, more });
    const { manifest, ids } = await exported(get(lax.fhirUrl, '$export?_type=Condition'));
    expect(ids).toEqual({ Condition: ['x'] });
    const [outcome] = await resourcesIn(manifest.error?.[0]?.url ?? '');
    expect(outcome).toMatchObject({ issue: [{ severity: 'error', code: 'processing' }] });
    expect(JSON.stringify(outcome)).toContain('Condition.ndjson');
  });

  test('fail the export elsewhere: its status is the error and an OperationOutcome of FHIR', async () => {
    await using strict = await startBulkServer({ more });
    const failed = await ended(await accepted(await get(strict.fhirUrl, '$export')));
    expect(failed.status).toBeGreaterThanOrEqual(400);
    expect(failed.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect((await refusalOf(failed))[1]).toContain(' ');
    const separate = await ended(await accepted(await get(strict.fhirUrl, '$export', SEPARATE)));
    expect(separate.status).toBe(200);
    expect(separate.headers.get('x-export-status')).toMatch(/^[45]\d\d /);
  });
});

describe('DELETE of the status', () => {
  test('cancels an export that runs: then it is 404 with an OperationOutcome, for a second DELETE too', async () => {
    const status = await accepted(await get(idle.fhirUrl, '$export'));
    expect((await poll(status, 'DELETE')).status).toBe(202);
    expect(await refusalOf(await poll(status))).toEqual([404, 'not-found -']);
    expect(await refusalOf(await poll(status, 'DELETE'))).toEqual([404, 'not-found -']);
  });

  test('removes an export that is completed, with its files', async () => {
    await using own = await startBulkServer();
    const { statusUrl, manifest } = await exported(get(own.fhirUrl, '$export'));
    expect(await own.storedFiles()).not.toEqual([]);
    expect((await poll(statusUrl, 'DELETE')).status).toBe(202);
    expect(await refusalOf(await poll(statusUrl))).toEqual([404, 'not-found -']);
    expect(await refusalOf(await poll(statusUrl, 'DELETE'))).toEqual([404, 'not-found -']);
    for (const { url } of manifest.output) expect((await fetch(url)).status).toBe(404);
    await until(async () => (await own.storedFiles()).length === 0, 'the files to be gone');
  });

  test('of an export that never was is 404', async () => {
    const status = await accepted(await get(idle.fhirUrl, '$export'));
    const other = status.replace(/[0-9a-f]{32}/, '0'.repeat(32));
    expect(await refusalOf(await poll(other, 'DELETE'))).toEqual([404, 'not-found -']);
  });
});

describe('the list of exports', () => {
  const addressesAt = async ({ fhirUrl }: BulkServer, statusUrl: string) => {
    const { entry } = (await (await fetch(`${fhirUrl}/export`)).json()) as {
      readonly entry: readonly { readonly resource: { parameter: { name: string; valueUri?: string }[] } }[];
    };
    const uris = entry.map(({ resource }) => resource.parameter.flatMap(({ valueUri }) => valueUri ?? []));
    return uris.find((one) => one.includes(statusUrl));
  };

  test('names the address that the kick-off named, while an export runs and after its end', async () => {
    const running = await accepted(await get(idle.fhirUrl, '$export'));
    expect(await addressesAt(idle, running)).toEqual([running, running]);
    const { statusUrl } = await exported(get(server.fhirUrl, '$export?_type=Group'));
    expect(await addressesAt(server, statusUrl)).toEqual([statusUrl, statusUrl]);
  });

  test('of an earlier version named another address, which tells the same and removes as well', async () => {
    const running = await accepted(await get(idle.fhirUrl, '$export'));
    const earlier = (url: string) => url.replace('bulk-status', 'status');
    const waiting = await poll(earlier(running));
    expect([waiting.status, await waiting.text()]).toEqual([202, '']);
    const pending = await poll(running.replace('bulk-status', 'result'));
    expect([pending.status, pending.headers.get('content-location')]).toEqual([202, running]);
    expect((await poll(earlier(running), 'DELETE')).status).toBe(202);
    expect((await poll(running)).status).toBe(404);

    const { statusUrl, manifest } = await exported(get(server.fhirUrl, '$export?_type=Group'));
    for (const url of [earlier(statusUrl), statusUrl.replace('bulk-status', 'result')])
      expect(await (await fetch(url)).json()).toEqual(manifest);
    expect((await poll(earlier(statusUrl), 'DELETE')).status).toBe(202);
    for (const url of [statusUrl, earlier(statusUrl), ...manifest.output.map((file) => file.url)])
      expect((await fetch(url)).status).toBe(404);
  });
});

test('the URLs of an export of views and of one of Bulk Data are apart', async () => {
  const { statusUrl, manifest } = await exported(get(server.fhirUrl, '$export?_type=Patient'));
  expect(statusUrl).not.toMatch(/\/status$/);
  const ids = [statusUrl, ...manifest.output.map(({ url }) => url)].map(
    (url) => /[0-9a-f]{32}/.exec(url)?.[0],
  );
  expect(new Set(ids).size).toBe(1);
});

test('a kick-off without any Accept is refused', async () => {
  // fetch always sends one.
  const answer = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const kickOff = request(
      `${server.fhirUrl}/$export`,
      { headers: { Prefer: 'respond-async' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    kickOff.on('error', reject).end();
  });
  const { status, body } = await answer;
  expect([status, (JSON.parse(body) as Manifest & { resourceType: string }).resourceType]).toEqual([
    400,
    'OperationOutcome',
  ]);
});
