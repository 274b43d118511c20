import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fhirRoutes, operatorRoutes } from '@millrace/api-service';
import type { ApiService, FhirPorts, OperatorPorts } from '@millrace/api-service';
import { kickOff, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;
beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});
afterAll(() => platform.close());

/** The answer to bytes on a connection of their own, until it is closed. */
async function answerTo(lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(api.fhirUrl);
  const socket = createConnection(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(lines.join('\r\n'));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('a request that another server could read differently is refused, and its connection closed', () => {
  const head = ['POST /fhir/$sql-export HTTP/1.1', 'Host: h', 'Content-Type: application/fhir+json'];
  const hidden = ['GET /fhir/metadata HTTP/1.1', 'Host: h', '', ''];
  test.each([
    ['two lengths', ['Content-Length: 0', 'Content-Length: 5']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks behind another coding', ['Transfer-Encoding: chunked, identity']],
    ['a coding that is not known', ['Transfer-Encoding: xchunked']],
    ['a blank before the colon', ['Transfer-Encoding : chunked']],
    ['a length with a sign', ['Content-Length: +5']],
    ['a folded header', ['Content-Length: 5', ' 6']],
    ['a bare line feed', ['X: a\nContent-Length: 5']],
  ])('%s', async (_, headers) => {
    const answer = await answerTo([...head, ...headers, '', '0', '', ...hidden]);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(answer).not.toContain('CapabilityStatement');
  });
});

test.each(['__proto__', 'constructor', 'prototype'])(
  'a member %s changes no object but its own',
  async (name) => {
    const polluting = `{"${name}":{"polluted":true,"prototype":{"polluted":true}}}`;
    const body = JSON.stringify(parameters(subject)).replace('{', `{"${name}":${polluting},`);
    const view = JSON.stringify(patientView).replace('{', `{"${name}":${polluting},`);
    const answers = await Promise.all([
      kickOff(api.fhirUrl, body),
      fetch(`${api.fhirUrl}/ViewDefinition`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/fhir+json' },
        body: view,
      }),
      fetch(`${api.fhirUrl}/$export?${name}=a&${name}[polluted]=true`, {
        headers: { Prefer: 'respond-async' },
      }),
      fetch(`${api.fhirUrl}/ViewDefinition?${name}[polluted]=true`),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((() => undefined) as unknown as Record<string, unknown>).not.toHaveProperty('polluted');
  },
);

/** Numbers that look random, and are the same in every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const VALUES: readonly unknown[] = [
  null,
  true,
  -0,
  1e308,
  '',
  'a',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  [],
  {},
  [[[[[]]]]],
  { resourceType: 'Parameters' },
  { resourceType: 'Parameters', parameter: {} },
  { resourceType: 'Parameters', parameter: [null, 1, { name: 1 }, { name: 'subject', part: 'x' }] },
  {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{}, null, { request: { method: 'PUT', url: '//' } }],
  },
  { ...patientView, select: [{ column: [{ name: 'a', path: '(((((' }] }] },
  { ...patientView, select: { column: 1 }, where: 'x' },
  parameters({
    ...subject,
    part: [{ name: 'subjectResource', resource: { resourceType: 'ViewDefinition' } }],
  }),
];
const TEXTS = [
  '',
  '%',
  '%00',
  '..',
  '%2e%2e',
  "';--",
  '[]',
  'a'.repeat(3000),
  'é',
  '-1',
  '1e9',
  'true',
  '$',
  '*',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
/** Requests to each row by a method of any kind, and behind those by its own. */
const ROUNDS = 6;

interface Row {
  readonly method: string;
  readonly path: string;
}

/** Requests to an address, of which the parameters, the query, the headers and the body are of any kind. */
function* requestsTo({ method: own, path }: Row): Generator<{ at: string; init: RequestInit }> {
  const random = numbersFrom(`${own} ${path}`.length * 7919);
  const pick = <Value>(from: readonly Value[]): Value => from[Math.floor(random() * from.length)] as Value;
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    const method = round < ROUNDS || own === 'ANY' ? pick(METHODS) : own;
    const address = path
      .replace(/\{\/\*\w+\}/, () => `/${encodeURIComponent(pick(TEXTS))}`)
      .replaceAll(/:\w+/g, () => encodeURIComponent(pick(TEXTS)) || 'x');
    const query =
      random() < 0.5 ? '' : `?${pick(['_type', 'url', 'source', '_count', pick(TEXTS)])}=${pick(TEXTS)}`;
    const hasBody = !['GET', 'HEAD'].includes(method) && random() < 0.8;
    const init = {
      method,
      redirect: 'manual',
      headers: {
        Prefer: pick(['respond-async', 'x', 'handling=lenient', 'return=,,']),
        Accept: pick(['application/fhir+json', '*/*', 'text/x;q=2', ',']),
        'Content-Type': pick(['application/fhir+json', 'application/json; charset=x', 'text/plain']),
        'If-Match': pick(['W/"1"', '*', '"']),
      },
      body: hasBody ? pick([JSON.stringify(pick(VALUES)), '{', '\u0000', '']) : null,
    } as const;
    yield { at: `${address}${query}`, init };
  }
}

describe('whatever is sent to an address, the answer is no fault of the server', () => {
  const rows: readonly Row[] = fhirRoutes({ server: {}, auth: {}, polling: {} } as unknown as FhirPorts);
  test.each(rows.map((row) => [`${row.method} ${row.path}`, row] as const))('%s', async (_, row) => {
    const origin = api.fhirUrl.replace(/\/fhir$/, '');
    const faults: string[] = [];
    for (const { at, init } of requestsTo(row)) {
      const response = await fetch(`${origin}${at}`, init);
      await response.arrayBuffer();
      if (response.status >= 500) faults.push(`${init.method} ${at}: ${response.status}`);
    }
    expect(faults).toEqual([]);
  });

  test('of every row of the route table, which counts the requests that its handlers got', async () => {
    const metrics = await (await fetch(`${api.operationsUrl}/metrics`)).text();
    const isCounted = ({ method, path }: Row): boolean =>
      metrics
        .split('\n')
        .some(
          (line) =>
            line.startsWith('millrace_http_request_duration_seconds_count{') &&
            line.includes(`route="${path}"`) &&
            (method === 'ANY' || line.includes(`method="${method}"`)),
        );
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => !isCounted(row))).toEqual([]);
  });

  const operators: readonly Row[] = operatorRoutes({} as unknown as OperatorPorts);
  test.each(operators.map((row) => [`${row.method} ${row.path}`, row] as const))('%s', async (_, row) => {
    const faults: string[] = [];
    let isReached = false;
    for (const { at, init } of requestsTo(row)) {
      const leaving = new AbortController();
      const response = await fetch(`${api.operationsUrl}${at}`, { ...init, signal: leaving.signal });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      const text = isStream ? '' : await response.text();
      leaving.abort();
      isReached ||= !text.includes('there is nothing at');
      if (response.status >= 500) faults.push(`${init.method} ${at}: ${response.status} ${text}`);
    }
    expect(faults).toEqual([]);
    expect(isReached).toBe(true);
  });
});
