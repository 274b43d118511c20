import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { downloadExport, fetchManifest } from '@millrace/client';
import { objectOf, startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { openSink } from '@millrace/storage';
import { locationOn } from '../storage/s3-location.js';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, parameters, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

const CONTENT = 'id\npatient-1\n';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let server: S3TestServer;
let platform: Platform;
let api: ApiService;
let id: string;
let file: string;

beforeAll(async () => {
  server = await startS3TestServer({ buckets: ['bucket'] });
  const { accessKeyId, secretAccessKey } = server.credentials;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  platform = await openPlatform();
  api = await platform.start({
    MILLRACE_OUT: 's3://bucket/a/b/',
    S3_ENDPOINT: server.endpoint,
    S3_REGION: server.region,
    DOWNLOADS: 'redirect',
    DOWNLOAD_LINK_LIFETIME: '7d',
  });
  const csv = parameters(subject, { name: '_format', valueCode: 'csv' });
  ({ id } = await accepted(await kickOff(api.fhirUrl, csv)));
  await completeExport({ ...platform, store: openSink(locationOn(server)) }, id, [CONTENT]);
  file = `${api.fhirUrl}/export/${id}/files/patients.part1.csv`;
});

afterAll(async () => {
  await platform.close();
  await server.stop();
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
});

const ask = (more: RequestInit = {}) => fetch(file, { redirect: 'manual', ...more });

describe('with DOWNLOADS=redirect, a file', () => {
  it('that is stored in gzip comes from the store as it is, for clients that take gzip', async () => {
    const wishes = [
      { name: '_format', valueCode: 'csv' },
      { name: 'compression', valueCode: 'gzip' },
    ];
    const { id: packed } = await accepted(await kickOff(api.fhirUrl, parameters(subject, ...wishes)));
    const store = openSink(locationOn(server));
    await completeExport({ ...platform, store }, packed, [CONTENT], { isPacked: true });
    const url = `${api.fhirUrl}/export/${packed}/files/patients.part1.csv`;
    const response = await fetch(url);
    expect(new URL(response.url).origin).toBe(server.endpoint);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe(CONTENT);
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(new URL(plain.url).origin).toBe(new URL(api.fhirUrl).origin);
    expect(await plain.text()).toBe(CONTENT);
  });

  it('comes from the store, under the name and the type that the API gives it', async () => {
    const response = await fetch(file);
    expect(new URL(response.url).origin).toBe(server.endpoint);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="patients.part1.csv"');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(await response.text()).toBe(CONTENT);
  });

  it('has another address for each request, which nobody may keep and which ends with the export', async () => {
    const response = await ask();
    expect([response.status, response.headers.get('cache-control')]).toEqual([307, 'no-store']);
    const seconds = Number(new URL(response.headers.get('location') ?? '').searchParams.get('X-Amz-Expires'));
    const { expiresAt = 0 } = (await platform.jobs.read(id)) ?? {};
    // The lifetime in the settings is a week, and the export is kept for a day.
    expect(seconds).toBeGreaterThan(0);
    expect(seconds * 1000).toBeLessThanOrEqual(expiresAt - Date.now() + 1000);
  });

  it('comes in ranges', async () => {
    const response = await fetch(file, { headers: { Range: 'bytes=3-11' } });
    expect([response.status, await response.text()]).toEqual([206, 'patient-1']);
  });

  it('is answered by the API for HEAD, conditions, and clients that take gzip only', async () => {
    const head = await ask({ method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(CONTENT.length)]);
    const statuses = [
      [{ 'If-None-Match': `"${SHA256}"` }, 304],
      [{ 'If-Match': '"another"' }, 412],
      [{ Range: 'bytes=0-1', 'If-Range': `"${SHA256}"` }, 206],
      [{ 'Accept-Encoding': 'gzip, identity;q=0' }, 200],
    ] as const;
    for (const [headers, status] of statuses) expect((await ask({ headers })).status).toBe(status);
  });

  it('is fetched by the client library, which verifies it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-redirected-'));
    try {
      const manifest = await fetchManifest(`${api.fhirUrl}/export/${id}/result`);
      const [fetched] = await downloadExport(manifest, folder, { format: 'csv' });
      expect(fetched).toMatchObject({ bytes: CONTENT.length, sha256: SHA256 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that is not what was committed is refused before anybody is sent to it', async () => {
    const bucket = server.bucket('bucket');
    const key = bucket.sortedKeys().find((name) => name.includes(id) && name.endsWith('/0')) ?? '';
    const stored = bucket.objects.get(key);
    bucket.put(key, objectOf(Buffer.from('another')));
    expect((await ask()).status).toBe(500);
    bucket.remove(key);
    expect((await ask()).status).toBe(404);
    if (stored) bucket.put(key, stored);
    expect((await ask()).status).toBe(307);
  });
});
