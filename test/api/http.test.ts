import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { outcomeOf } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});

afterAll(() => platform.close());

describe('every answer', () => {
  it('carries an id: the one that was given, or one of its own', async () => {
    const given = await fetch(`${api.fhirUrl}/metadata`, { headers: { 'X-Request-Id': 'trace-1.a' } });
    expect(given.headers.get('x-request-id')).toBe('trace-1.a');
    const own = await fetch(`${api.fhirUrl}/metadata`, { headers: { 'X-Request-Id': 'no good id' } });
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not cached, framed or sniffed, and does not name its software', async () => {
    const { headers } = await fetch(`${api.fhirUrl}/metadata`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('an address that does not exist', () => {
  it.each(['GET', 'POST', 'PUT'])('is told by %s where the operation is that it names', async (method) => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition/$sql-run`, { method });
    expect(response.status).toBe(404);
    expect((await outcomeOf(response)).issue[0]?.diagnostics).toContain('at [base]/$sql-run');
  });

  it.each(['/', '/fhir/Patient', '/fhir/$sql-walk', '/fhir/exports', '/metadata', '/fhir/Metadata'])(
    '%s is 404 with an outcome',
    async (path) => {
      const response = await fetch(new URL(path, api.fhirUrl));
      expect(response.status).toBe(404);
      expect((await outcomeOf(response)).issue[0]?.code).toBe('not-found');
    },
  );

  it('a malformed one is 400', async () => {
    const response = await fetch(`${api.fhirUrl}/export/%E0%A4%A/status`);
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).resourceType).toBe('OperationOutcome');
  });
});

describe('a body that its Content-Encoding does not fit', () => {
  const json = Buffer.from('{"resourceType":"Parameters"}');
  it.each([
    ['gzip', json],
    ['gzip', gzipSync(json).subarray(0, 20)],
    ['gzip', Buffer.concat([gzipSync(json).subarray(0, -8), Buffer.alloc(8)])],
    ['deflate', json],
    ['br', json],
  ])('(%s) is 400 with an outcome', async (encoding, body) => {
    const response = await fetch(`${api.fhirUrl}/$sql-export`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/fhir+json',
        'Content-Encoding': encoding,
        Prefer: 'respond-async',
      },
      body: new Uint8Array(body),
    });
    expect(response.status).toBe(400);
    const [issue] = (await outcomeOf(response)).issue;
    expect(issue).toMatchObject({ code: 'invalid' });
    expect(issue?.diagnostics).toMatch(/Content-Encoding/);
  });
});

describe('a method that is not possible', () => {
  it.each([
    ['POST', '/metadata', 'GET'],
    ['POST', `/export/${'0'.repeat(32)}/status`, 'GET, DELETE'],
    ['PUT', `/export/${'0'.repeat(32)}/result`, 'GET, DELETE'],
    ['PATCH', '/ViewDefinition/x', 'GET, PUT, DELETE'],
    ['DELETE', '/ViewDefinition', 'GET, POST, PUT'],
    ['GET', '', 'POST'],
  ])('%s %s is 405 and says what is', async (method, path, allowed) => {
    const response = await fetch(`${api.fhirUrl}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-supported');
  });
});

describe('published artefacts', () => {
  it('the CapabilityStatement names operations whose definitions can be read', async () => {
    const response = await fetch(`${api.fhirUrl}/metadata`);
    const statement = (await response.json()) as {
      rest: { operation: { name: string; definition: string }[] }[];
    };
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    const operations = statement.rest[0]?.operation ?? [];
    expect(operations.map(({ name }) => name)).toContain('$sql-export');
    // Where the guide's definition holds as it is, it is cited.
    const own = operations.filter(({ definition }) => definition.startsWith(api.fhirUrl));
    expect(own.length).toBeGreaterThan(3);
    for (const { definition } of own) {
      const published = await fetch(definition);
      expect(published.status).toBe(200);
      expect(await published.json()).toMatchObject({ resourceType: 'OperationDefinition', url: definition });
    }
  });

  it('an OperationDefinition that is not there is 404', async () => {
    expect((await fetch(`${api.fhirUrl}/OperationDefinition/sql-walk`)).status).toBe(404);
  });
});

describe('a shutdown', () => {
  it('answers earlier requests, and takes no later ones', async () => {
    const stopping = await platform.start();
    const pending = httpRequest(`${stopping.fhirUrl}/ViewDefinition`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': '2', Connection: 'close' },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      pending.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
    });
    await new Promise<void>((resolve) => {
      pending.write('{', () => resolve());
    });
    // The server has the request once another one that was sent later is answered.
    await fetch(`${stopping.fhirUrl}/metadata`);
    const stopped = stopping.stop();
    pending.end('}');
    expect(await answered).toBe(400);
    await stopped;
    await expect(fetch(`${stopping.fhirUrl}/metadata`)).rejects.toThrow();
  });
});
