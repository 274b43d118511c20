import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { EXPORT_LIST_ROUTE, EXPORT_OPERATIONS, EXPORT_ROUTES, operationPath } from '@millrace/protocol';
import { accepted, kickOff } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

const PAGE = 'https://app.example';

let platform: Platform;
let api: ApiService;
let closed: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({ CORS_ORIGINS: `${PAGE} http://localhost:3000` });
  closed = await platform.start();
});

afterAll(() => platform.close());

const preflight = (url: string, origin = PAGE, method = 'POST') =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'content-type,prefer,idempotency-key',
    },
  });

const listOf = (response: Response, header: string) =>
  (response.headers.get(header) ?? '').split(',').map((name) => name.trim().toLowerCase());

const PATHS = [
  '/metadata',
  '/OperationDefinition/sql-export',
  '/ViewDefinition',
  '/ViewDefinition/x',
  EXPORT_LIST_ROUTE,
  ...Object.values(EXPORT_ROUTES),
  ...EXPORT_OPERATIONS.flatMap((operation) =>
    operation.levels.map((level) => operationPath(operation, level)),
  ),
];

describe('a page of an allowed origin', () => {
  it.each(PATHS)('is told by a preflight what it may send to %s', async (path) => {
    const response = await preflight(`${api.fhirUrl}${path}`);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(listOf(response, 'vary')).toContain('origin');
    expect(listOf(response, 'access-control-allow-methods')).toEqual(
      expect.arrayContaining(['get', 'post', 'put', 'delete']),
    );
    expect(listOf(response, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining([
        'content-type',
        'prefer',
        'idempotency-key',
        'authorization',
        'range',
        'if-range',
      ]),
    );
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('can start an export, poll it and read the headers of the answers', async () => {
    const started = await kickOff(api.fhirUrl, undefined, { Origin: PAGE });
    expect(started.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(listOf(started, 'access-control-expose-headers')).toEqual(
      expect.arrayContaining([
        'accept-ranges',
        'content-location',
        'content-range',
        'location',
        'retry-after',
        'x-progress',
        'expires',
        'etag',
        'preference-applied',
      ]),
    );
    const { status } = await accepted(started);
    const poll = await fetch(status, { headers: { Origin: 'http://localhost:3000' } });
    expect(poll.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  });

  it('can read why a request was refused', async () => {
    for (const path of ['/nowhere', '/export/x/status', '/$sql-export']) {
      const response = await fetch(`${api.fhirUrl}${path}`, { headers: { Origin: PAGE } });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    }
  });
});

describe('a page of another origin', () => {
  it.each(['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null'])(
    'of %s is allowed nothing',
    async (origin) => {
      const asked = await preflight(`${api.fhirUrl}/$sql-export`, origin);
      expect(asked.headers.get('access-control-allow-origin')).toBeNull();
      const got = await fetch(`${api.fhirUrl}/metadata`, { headers: { Origin: origin } });
      expect(got.headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});

describe('without CORS_ORIGINS', () => {
  it('no answer speaks of origins, and OPTIONS is a method that is refused', async () => {
    const asked = await preflight(`${closed.fhirUrl}/metadata`);
    expect(asked.status).toBe(405);
    const got = await fetch(`${closed.fhirUrl}/metadata`, { headers: { Origin: PAGE } });
    expect([...got.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('with every origin allowed', () => {
  it('answers are for all pages, and never with cookies', async () => {
    const open = await platform.start({ CORS_ORIGINS: '*' });
    const got = await fetch(`${open.fhirUrl}/metadata`, { headers: { Origin: 'https://any.example' } });
    expect(got.headers.get('access-control-allow-origin')).toBe('*');
    expect(got.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('the operations listener', () => {
  it('is for no page, with any CORS_ORIGINS', async () => {
    for (const path of ['/readyz', '/metrics', '/admin/exports']) {
      const got = await fetch(`${api.operationsUrl}${path}`, { headers: { Origin: PAGE } });
      expect(got.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
