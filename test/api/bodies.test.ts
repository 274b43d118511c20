import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { outcomeOf, parameters, subject } from './requests.js';
import type { Outcome } from './requests.js';
import { until } from '../until.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;
/** An API that does not wait for slow clients. */
let hasty: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({
    BODY_LIMIT_VALUES: '1000',
    REQUEST_TIMEOUT: '60s',
    BODIES_LIMIT_BYTES: '4194304',
  });
  hasty = await platform.start({ REQUEST_TIMEOUT: '1s' });
});

afterAll(() => platform.close());

const good = JSON.stringify(parameters(subject));

function send(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${api.fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async', ...headers },
    body,
  });
}

async function refusalOf(response: Response): Promise<[status: number, code: string | undefined]> {
  return [response.status, (await outcomeOf(response)).issue[0]?.code];
}

/** Sends the start of a body that is said to be larger, and leaves the rest to the test. */
function begin(said: number, start: Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const request = httpRequest(`${api.fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/fhir+json',
      'Content-Length': said,
      Prefer: 'respond-async',
      ...headers,
    },
  });
  request.on('error', () => undefined);
  const response = once(request, 'response').then(([answer]) => answer as IncomingMessage);
  request.write(start);
  return { request, response };
}

async function outcomeIn(response: IncomingMessage): Promise<Outcome> {
  const chunks = await response.toArray();
  return JSON.parse(Buffer.concat(chunks).toString()) as Outcome;
}

describe('a body is read', () => {
  it.each([
    ['gzip', gzipSync(good)],
    ['deflate', deflateSync(good)],
    ['br', brotliCompressSync(good)],
  ])('in Content-Encoding %s', async (encoding, body) => {
    expect((await send(body, { 'Content-Encoding': encoding })).status).toBe(202);
  });

  it('with a byte order mark, with a charset, and in pieces of a byte', async () => {
    expect((await send(`\uFEFF${good}`)).status).toBe(202);
    const type = 'application/json; fhirVersion=4.0; charset="UTF-8"';
    expect((await send(good, { 'Content-Type': type })).status).toBe(202);
    const { request, response } = begin(Buffer.byteLength(good), Buffer.from(good.slice(0, 1)));
    for (const byte of good.slice(1)) request.write(byte);
    request.end();
    expect((await response).statusCode).toBe(202);
  });
});

describe('a body is refused', () => {
  it.each([
    ['that is nested deeper than anything walks', '['.repeat(100_000), {}, [400, 'too-costly']],
    [
      'with more values than it may hold',
      `{"resourceType":"Parameters","parameter":[${'0,'.repeat(1000)}0]}`,
      {},
      [413, 'too-long'],
    ],
    [
      'that decompresses to more than is read',
      gzipSync(' '.repeat(20e6)),
      { 'Content-Encoding': 'gzip' },
      [413, 'too-long'],
    ],
    ['that is larger than is read', ' '.repeat(5e6), {}, [413, 'too-long']],
    ['whose gzip is broken', gzipSync(good).fill(0xff, 12), { 'Content-Encoding': 'gzip' }, [400, 'invalid']],
    [
      'whose gzip ends early',
      gzipSync(good).subarray(0, -9),
      { 'Content-Encoding': 'gzip' },
      [400, 'invalid'],
    ],
    ['that is no gzip', good, { 'Content-Encoding': 'gzip' }, [400, 'invalid']],
    ['in an unknown Content-Encoding', good, { 'Content-Encoding': 'zstd' }, [415, 'not-supported']],
    [
      'in another charset',
      good,
      { 'Content-Type': 'application/json; charset=utf-16' },
      [415, 'not-supported'],
    ],
    ['that is not UTF-8', Buffer.from(good.replace('patients', 'p\xff'), 'latin1'), {}, [400, 'invalid']],
    ['that is no JSON', `${good}}`, {}, [400, 'invalid']],
  ] as [string, string | Uint8Array, Record<string, string>, [number, string]][])(
    '%s',
    async (_, body, headers, refusal) => {
      expect(await refusalOf(await send(body, headers))).toEqual(refusal);
    },
  );

  it('before all of it has come, when it is too large already', async () => {
    const { request, response } = begin(1e9, Buffer.alloc(1000));
    expect((await response).statusCode).toBe(413);
    request.destroy();
  });

  it('with 503 while others take all the room, which a small one does not need', async () => {
    const large = Array.from({ length: 2 }, () => begin(4e6, Buffer.alloc(3e6, ' ')));
    const refused = await Promise.race(large.map(({ response }) => response));
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect((await outcomeIn(refused)).issue[0]?.code).toBe('throttled');
    expect((await send(good)).status).toBe(202);
    for (const { request } of large) request.destroy();
  });

  it('with 503 only while others take the room: a client that leaves gives it back, wherever its body was', async () => {
    const body = gzipSync(' '.repeat(3e6));
    const gone = Array.from({ length: 12 }, async (_, at) => {
      const { request, response } = begin(body.length, body, { 'Content-Encoding': 'gzip' });
      response.catch(() => undefined);
      await once(request, 'socket');
      // Some are gone before their body has come, some while it is decoded or parsed.
      setTimeout(() => request.destroy(), at);
      await new Promise((resolve) => {
        request.once('close', resolve);
      });
    });
    await Promise.all(gone);
    await until(async () => (await send(' '.repeat(4 << 20))).status !== 503);
    expect((await send(' '.repeat(4 << 20))).status).toBe(400);
  });

  it('when its client takes longer than it may, and the connection is closed', async () => {
    const { hostname, port } = new URL(hasty.fhirUrl);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /fhir/$sql-export HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    );
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});
