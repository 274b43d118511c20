import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DownloadMismatchError,
  ServerRefusedError,
  ServerUnreachableError,
  UnsafeOutputNameError,
  awaitManifest,
  awaitResult,
  cancelExport,
  cancelExportAt,
  downloadExport,
  fetchManifest,
  kickOff,
} from './index.js';
import { manifestOf, sha256 } from './testing/table-manifest.js';
import { createVirtualClock } from './testing/virtual-clock.js';

type Answer = { status: number; headers?: Record<string, string>; body?: unknown };
type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

let server: Server;
let origin: string;
let folder: string;
let seen: Seen[];
/** Answers by `METHOD path`, taken in order; the last one stays. */
let script: Record<string, Answer[]>;

beforeEach(async () => {
  seen = [];
  script = {};
  server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP always gives an AddressInfo.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'millrace-client-'));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
  const answers = script[`${method} ${url}`] ?? [{ status: 404 }];
  const next = answers.length > 1 ? answers.shift() : answers[0];
  const { status, headers: extra, body } = next ?? { status: 404 };
  response.writeHead(status, {
    ...(typeof body === 'object' ? { 'content-type': 'application/fhir+json' } : {}),
    ...extra,
  });
  response.end(typeof body === 'object' ? JSON.stringify(body) : body);
}

function outcome(code: string, diagnostics: string): object {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code, diagnostics, expression: ['subject[0]'] }],
  };
}

function parameters(...parameter: object[]): object {
  return { resourceType: 'Parameters', parameter };
}

describe('kicking off', () => {
  const order = {
    subjects: [{ name: 'p', resource: { resourceType: 'ViewDefinition' } }],
    format: 'csv',
  } as const;

  test('asks for an asynchronous answer and returns the absolute status URL', async () => {
    script['POST /fhir/$sql-export'] = [{ status: 202, headers: { 'content-location': `${origin}/s/1` } }];

    const wishes = { header: false, compression: 'zstd', source: 'hospital' } as const;
    const status = await kickOff(`${origin}/fhir/`, { ...order, ...wishes });

    expect(status).toBe(`${origin}/s/1`);
    expect(seen[0]?.headers).toMatchObject({
      prefer: 'respond-async',
      'content-type': 'application/fhir+json',
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(
      parameters(
        {
          name: 'subject',
          part: [
            { name: 'name', valueString: 'p' },
            { name: 'subjectResource', resource: { resourceType: 'ViewDefinition' } },
          ],
        },
        { name: '_format', valueCode: 'csv' },
        { name: 'header', valueBoolean: false },
        { name: 'compression', valueCode: 'zstd' },
        { name: 'source', valueString: 'hospital' },
      ),
    );
  });

  test('asks to be lenient where that is wanted, and tells the notices of the answer', async () => {
    const notice = {
      name: 'notice',
      part: [
        { name: 'kind', valueCode: 'view' },
        { name: 'diagnostics', valueString: 'no such element' },
        { name: 'expression', valueString: 'subject[0].subjectResource.where[0].path' },
        { name: 'count', valueDecimal: 2 },
      ],
    };
    const headers = { 'content-location': `${origin}/s/1` };
    script['POST /fhir/$sql-export'] = [{ status: 202, headers, body: parameters(notice) }];
    const told: unknown[] = [];

    const status = await kickOff(
      `${origin}/fhir`,
      { ...order, handling: 'lenient' },
      { onNotices: (notices) => told.push(...notices) },
    );

    expect(status).toBe(`${origin}/s/1`);
    expect(seen[0]?.headers['prefer']).toBe('respond-async, handling=lenient');
    expect(told).toEqual([
      {
        kind: 'view',
        diagnostics: 'no such element',
        expression: 'subject[0].subjectResource.where[0].path',
        count: 2,
      },
    ]);
  });

  test('a refusal carries status and issues, and its message names the faulty element', async () => {
    script['POST /fhir/$sql-export'] = [{ status: 422, body: outcome('invalid', 'no such function foo()') }];

    const refused = await kickOff(`${origin}/fhir`, order).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(ServerRefusedError);
    expect(refused).toMatchObject({
      status: 422,
      issues: [{ code: 'invalid', diagnostics: 'no such function foo()' }],
      message: expect.stringContaining('422: subject[0]: no such function foo()'),
    });
  });

  test('that is interrupted still gets its answer, so that the export can be cancelled', async () => {
    const interrupt = new AbortController();
    server.prependListener('request', () => interrupt.abort());
    script['POST /fhir/$sql-export'] = [{ status: 202, headers: { 'content-location': `${origin}/s/1` } }];
    expect(await kickOff(`${origin}/fhir`, order, { signal: interrupt.signal })).toBe(`${origin}/s/1`);
  });

  test('that was interrupted before asks for nothing', async () => {
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(kickOff(`${origin}/fhir`, order, { signal })).rejects.toThrow('interrupted');
    expect(seen).toEqual([]);
  });

  test('a server that does not answer is named with the reason', async () => {
    const url = origin;
    await new Promise((resolve) => server.close(resolve));
    await expect(kickOff(url, order)).rejects.toThrow(ServerUnreachableError);
    await expect(kickOff(url, order)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('waiting', () => {
  const pace = { defaultMs: 1, minMs: 1, maxMs: 5, patienceMs: 60_000 };

  test('reports progress until the answer is 303 and survives passing failures', async () => {
    const running = parameters({ name: 'status', valueCode: 'in-progress' });
    script['GET /s/1'] = [
      { status: 202, headers: { 'x-progress': '40% of the input', 'retry-after': '0' }, body: running },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 503 },
      { status: 303, headers: { location: `${origin}/r/1` } },
    ];
    const percents: (number | undefined)[] = [];

    const result = await awaitResult(`${origin}/s/1`, {
      pace,
      onProgress: ({ percent }) => percents.push(percent),
    });

    expect(result).toBe(`${origin}/r/1`);
    expect(percents).toEqual([40]);
  });

  test('goes on while failures may pass, and gives up after half an hour of them', async () => {
    script['GET /s/1'] = [{ status: 503, body: outcome('transient', 'store is down') }];
    const clock = createVirtualClock();
    const start = clock.now();
    await expect(awaitResult(`${origin}/s/1`, { clock })).rejects.toThrow('store is down');
    expect(clock.now() - start).toBeGreaterThan(25 * 60_000);
    expect(clock.now() - start).toBeLessThanOrEqual(30 * 60_000);
  });

  test('a cancelled export ends the waiting at once', async () => {
    script['GET /s/1'] = [{ status: 404, body: outcome('not-found', 'no such export') }];
    await expect(awaitResult(`${origin}/s/1`, { pace })).rejects.toMatchObject({ status: 404 });
  });

  test('stops when its signal aborts, also between two polls', async () => {
    script['GET /s/1'] = [{ status: 202 }];
    const stop = new AbortController();
    const waiting = awaitResult(`${origin}/s/1`, {
      pace: { ...pace, minMs: 60_000, maxMs: 60_000 },
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the result', () => {
  test('of a failed export is its reason', async () => {
    script['GET /r/1'] = [{ status: 500, body: outcome('exception', 'line 7 is not JSON') }];
    await expect(fetchManifest(`${origin}/r/1`)).rejects.toThrow('line 7 is not JSON');
  });

  test('is asked for again for minutes while the server is away, and as late as it says', async () => {
    const body = parameters(
      { name: 'exportId', valueString: 'e1' },
      { name: 'status', valueCode: 'completed' },
    );
    script['GET /r/1'] = [
      { status: 502 },
      { status: 503, headers: { 'retry-after': '120' } },
      { status: 200, body },
    ];
    const clock = createVirtualClock();
    expect(await awaitManifest(`${origin}/r/1`, { clock })).toMatchObject({ exportId: 'e1' });
    expect(clock.waits).toEqual([500, 120_000]);
  });

  test('of an export that failed is not asked for again, whatever its status', async () => {
    const headers = { expires: 'Sat, 21 Nov 2026 10:00:00 GMT' };
    script['GET /r/1'] = [{ status: 503, headers, body: outcome('timeout', 'no progress') }];
    await expect(awaitManifest(`${origin}/r/1`)).rejects.toThrow('no progress');
    expect(seen).toHaveLength(1);
  });

  test('of a completed export lists its files with rows, bytes and checksum', async () => {
    const facts = [
      { url: 'rows', valueDecimal: 7 },
      { url: 'bytes', valueDecimal: 3_000_000_000 },
      { url: 'sha256', valueString: 'ab' },
    ];
    const extension = [{ url: 'urn:millrace:fhir:extension:export-file', extension: facts }];
    const part = [
      { name: 'name', valueString: 'patients' },
      { name: 'location', valueUri: `${origin}/f/1`, extension },
      { name: 'location', valueUri: `${origin}/f/2` },
    ];
    const body = parameters(
      { name: 'exportId', valueString: 'e1' },
      { name: 'status', valueCode: 'completed' },
      { name: 'output', part },
    );
    script['GET /r/1'] = [{ status: 200, headers: { expires: 'Sat, 21 Nov 2026 10:00:00 GMT' }, body }];

    expect(await fetchManifest(`${origin}/r/1`)).toMatchObject({
      exportId: 'e1',
      expires: 'Sat, 21 Nov 2026 10:00:00 GMT',
      outputs: [
        {
          name: 'patients',
          files: [
            { url: `${origin}/f/1`, rows: 7, bytes: 3_000_000_000, sha256: 'ab' },
            { url: `${origin}/f/2`, rows: undefined, sha256: undefined },
          ],
        },
      ],
    });
  });

  test('that is not a manifest is refused with the start of its body', async () => {
    script['GET /r/1'] = [{ status: 200, body: '<html>' }];
    await expect(fetchManifest(`${origin}/r/1`)).rejects.toThrow('<html>; expected a Parameters resource');
  });

  test('cancelling sends DELETE to the status URL', async () => {
    script['DELETE /s/1'] = [{ status: 202 }];
    expect(await cancelExport(`${origin}/s/1`)).toEqual({ kept: false, message: undefined });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /s/1']);
  });
});

test('cancelling an export that had ended reports that it is kept, with the text of the server', async () => {
  const diagnostics = 'kept until 2026-11-21T10:00:40.400Z';
  const body = JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'information', code: 'informational', diagnostics }],
  });
  script['DELETE /s/1'] = [{ status: 202, body, headers: { expires: 'Sat, 21 Nov 2026 10:00:40 GMT' } }];
  expect(await cancelExport(`${origin}/s/1`)).toEqual({ kept: true, message: diagnostics });
});

test.each([
  ['a status URL', '/s/1', {}],
  ['the result URL of a running export, which names its status URL', '/r/1', { 'content-location': '/s/1' }],
])('cancelling at %s sends DELETE to the status URL', async (_, path, headers) => {
  script[`GET ${path}`] = [{ status: 202, headers }];
  script['DELETE /s/1'] = [{ status: 202 }];
  expect(await cancelExportAt(`${origin}${path}`)).toEqual({ kind: 'cancelled' });
  expect(seen.map(({ method, path: asked }) => `${method} ${asked}`)).toEqual([`GET ${path}`, 'DELETE /s/1']);
});

test('cancelling at the status URL of an export that has ended leaves the result alone', async () => {
  script['GET /s/1'] = [{ status: 303, headers: { location: `${origin}/r/1` } }];
  // The reason of an export that failed.
  script['GET /r/1'] = [{ status: 422 }];
  script['DELETE /s/1'] = [{ status: 202, headers: { expires: 'Sat, 21 Nov 2026 10:00:40 GMT' } }];
  expect(await cancelExportAt(`${origin}/s/1`)).toMatchObject({ kind: 'kept' });
  expect(seen.map(({ path }) => path)).toEqual(['/s/1', '/r/1', '/s/1']);
});

test('cancelling deletes nothing at a URL that is not that of an export that is waited for', async () => {
  script['GET /ViewDefinition/v'] = [{ status: 200, body: { resourceType: 'ViewDefinition' } }];
  script['DELETE /ViewDefinition/v'] = [{ status: 204 }];
  await expect(cancelExportAt(`${origin}/ViewDefinition/v`)).rejects.toThrow(
    'status 200 and no manifest; expected 202, 303, or 200 with a manifest: give the status URL of an export',
  );
  expect(seen.map(({ method }) => method)).toEqual(['GET']);
});

describe('downloading', () => {
  test('stores every file under its output, verified and in order', async () => {
    script['GET /f/1'] = [{ status: 200, body: '{"a":1}\n{"a":2}\n' }];
    script['GET /f/2'] = [{ status: 200, body: '{"a":3}\n' }];
    const manifest = manifestOf(
      { url: `${origin}/f/1`, rows: 2, bytes: 16, sha256: sha256('{"a":1}\n{"a":2}\n') },
      { url: `${origin}/f/2`, rows: 1, bytes: 8, sha256: sha256('{"a":3}\n') },
    );

    const files = await downloadExport(manifest, folder, { format: 'ndjson' });

    expect(files.map(({ path }) => path)).toEqual([
      join(folder, 'patients.part1.ndjson'),
      join(folder, 'patients.part2.ndjson'),
    ]);
    expect(await readFile(join(folder, 'patients.part2.ndjson'), 'utf8')).toBe('{"a":3}\n');
  });

  test.each([
    ['sha256', { sha256: sha256('else') }],
    ['bytes', { bytes: 9 }],
    ['rows', { rows: 2 }],
  ])('a file with another %s is refused and leaves nothing behind', async (fact, wrong) => {
    script['GET /f/1'] = [{ status: 200, body: '{"a":1}\n' }];
    const right = { url: `${origin}/f/1`, rows: 1, bytes: 8, sha256: sha256('{"a":1}\n') };

    const refused = downloadExport(manifestOf({ ...right, ...wrong }), folder, { format: 'ndjson' });

    await expect(refused).rejects.toThrow(DownloadMismatchError);
    await expect(refused).rejects.toMatchObject({ fact });
    expect(await readdir(folder)).toEqual([]);
  });

  test('an output name cannot lead out of the folder', async () => {
    const manifest = {
      ...manifestOf(),
      outputs: [{ name: '../p', files: manifestOf().outputs[0]?.files ?? [] }],
    };
    const file = { url: `${origin}/f/1`, rows: undefined, bytes: undefined, sha256: undefined };
    const outputs = manifest.outputs.map(({ name }) => ({ name, files: [file] }));
    await expect(downloadExport({ ...manifest, outputs }, folder, { format: 'csv' })).rejects.toThrow(
      UnsafeOutputNameError,
    );
  });

  test('a passing failure is tried again', async () => {
    script['GET /f/1'] = [{ status: 503 }, { status: 200, body: 'a\n' }];
    const file = { url: `${origin}/f/1`, rows: 0, bytes: 2, sha256: undefined };
    await downloadExport(manifestOf(file), folder, { format: 'csv', clock: createVirtualClock() });
    expect(await readdir(folder)).toEqual(['patients.part1.csv']);
  });

  test('pauses grow, up to a minute; a server that says when to come back is asked then', async () => {
    const busy = Array.from({ length: 9 }, () => ({ status: 503 }));
    const asked = { status: 429, headers: { 'retry-after': '90' } };
    script['GET /f/1'] = [...busy, asked, { status: 200, body: 'a\n' }];
    const file = { url: `${origin}/f/1`, rows: 0, bytes: 2, sha256: undefined };
    const clock = createVirtualClock();
    await downloadExport(manifestOf(file), folder, { format: 'csv', clock });
    const seconds = [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 90];
    expect(clock.waits).toEqual(seconds.map((wait) => wait * 1000));
  });
});
