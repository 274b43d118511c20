import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { connect, UnexpectedAnswerError } from './index.js';
import { answerJson, startAnswering, type Asked } from './testing/answering-server.js';
import { createVirtualClock } from './testing/virtual-clock.js';

const view = { resourceType: 'ViewDefinition', resource: 'Patient', select: [] } as const;
const order = { subject: { resource: view }, format: 'ndjson' } as const;
const outcome = (code: string, diagnostics: string): object => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code, diagnostics }],
});

async function texts(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a client', () => {
  test.each(['', 'example.org/fhir', 'ftp://a/fhir', 'http://a/fhir?x=1', 'http://u:p@a/fhir'])(
    'is not made for %j, and says why',
    (server) => {
      expect(() => connect(server)).toThrow(/FHIR base URL/);
    },
  );

  test('asks for its authorization before each request, and again after 401', async () => {
    await using server = await startAnswering(({ headers }, response) =>
      headers.authorization === 'Bearer 2'
        ? answerJson(response, 200, { ...view, id: 'a' })
        : answerJson(response, 401, outcome('login', 'expired')),
    );
    let token = 1;
    const { definitions } = connect(`${server.origin}/fhir`, {
      authorization: ({ isRefused }) => `Bearer ${isRefused ? ++token : token}`,
    });
    await definitions.read('ViewDefinition', 'a');
    await definitions.read('ViewDefinition', 'a');
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer 1',
      'Bearer 2',
      'Bearer 2',
    ]);
    token = 5;
    await expect(definitions.read('ViewDefinition', 'a')).rejects.toMatchObject({ status: 401 });
    expect(server.asked).toHaveLength(5);
  });

  test('gives its authorization to no other origin, whatever a status, a manifest or a page says', async () => {
    const seen: (string | undefined)[] = [];
    await using elsewhere = await startAnswering(({ headers }, response) => {
      seen.push(headers.authorization);
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.end('a\n');
    });
    await using server = await startAnswering(({ path }, response) => {
      if (path.endsWith('/status'))
        return void response.writeHead(303, { location: `${elsewhere.origin}/result` }).end();
      response.writeHead(307, { location: `${elsewhere.origin}/moved` }).end();
    });
    const client = connect(`${server.origin}/fhir`, { authorization: 'Bearer secret', patienceMs: 0 });
    await client.awaitExport(`${server.origin}/status`).catch(() => undefined);
    await client.findExport(`${elsewhere.origin}/status`).catch(() => undefined);
    await client.cancelExport(`${elsewhere.origin}/status`).catch(() => undefined);
    await client.definitions.read('ViewDefinition', 'a').catch(() => undefined);
    await client.run(order).catch(() => undefined);
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen)).toEqual(new Set([undefined]));
    expect(server.asked.every(({ headers }) => headers.authorization === 'Bearer secret')).toBe(true);
  });

  test('tells no secret that a header cannot have, and does not wait for one after an abort', async () => {
    await using server = await startAnswering((_, response) => response.end());
    const broken = connect(server.origin, { authorization: 'Bearer secret\nsecret' });
    const failure = await broken.run(order).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TypeError' });
    expect(String(failure)).not.toContain('secret');
    const waiting = connect(server.origin, { authorization: () => new Promise<string>(() => undefined) });
    const controller = new AbortController();
    const reading = waiting.run(order, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect(server.asked).toEqual([]);
  });

  test('uses the fetch that it is given', async () => {
    const asked: string[] = [];
    const client = connect('https://example.org/fhir/', {
      fetch: async (url) => {
        asked.push(new Request(url).url);
        return new Response('{"a":1}\n', { headers: { 'content-type': 'application/x-ndjson' } });
      },
    });
    const rows = (await client.run(order)).rows();
    expect(await rows.next()).toEqual({ done: false, value: { a: 1 } });
    expect(asked).toEqual(['https://example.org/fhir/$sql-run']);
  });
});

test.each([
  ['patients', { patients: [] }],
  ['groups', { groups: [] }],
])('an empty list of %s is refused, because it would be everybody', async (name, none) => {
  await using server = await startAnswering((_, response) => response.writeHead(500).end());
  const client = connect(`${server.origin}/fhir`);
  await expect(client.run({ ...order, ...none })).rejects.toThrow(`${name} is an empty list`);
  await expect(client.startExport({ subjects: [order.subject], format: 'csv', ...none })).rejects.toThrow(
    TypeError,
  );
  expect(server.asked).toEqual([]);
});

test('what is no URL is refused at once', async () => {
  const client = connect('http://127.0.0.1:1/fhir');
  await expect(client.awaitExport('not a url')).rejects.toThrow(TypeError);
  await expect(client.cancelExport('not a url')).rejects.toThrow('"not a url" is no URL');
});

test('a page of HTML is no deletion', async () => {
  await using server = await startAnswering((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>sign in</p>');
  });
  const client = connect(`${server.origin}/fhir`);
  await expect(client.definitions.delete('ViewDefinition', 'a')).rejects.toThrow(UnexpectedAnswerError);
});

describe('a run', () => {
  test('sends the parameters that the server declares, and gives bytes, notices and rows', async () => {
    await using server = await startAnswering((_, response) => {
      response.writeHead(200, {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'x-millrace-notices': 'view=1, skipped-line=*',
      });
      response.end('{"a":1}\n{"a":2}\n');
    });
    const client = connect(`${server.origin}/fhir`);
    const all = {
      ...order,
      limit: 2,
      source: 's',
      since: '2026-01-01T00:00:00Z',
      patients: ['a'],
      groups: ['Group/g'],
    };
    const answer = await client.run({
      ...all,
      resources: [{ resourceType: 'Patient' }],
      handling: 'lenient',
    });
    expect(answer.notices).toEqual([
      { kind: 'view', count: 1 },
      { kind: 'skipped-line', count: undefined },
    ]);
    expect(await texts(answer.bytes)).toBe('{"a":1}\n{"a":2}\n');
    const [asked] = server.asked as [Asked];
    expect(asked.headers).toMatchObject({ prefer: 'handling=lenient', 'accept-encoding': 'identity' });
    expect((JSON.parse(asked.body) as { parameter: unknown }).parameter).toEqual([
      { name: 'subjectResource', resource: view },
      { name: '_format', valueCode: 'ndjson' },
      { name: '_limit', valueInteger: 2 },
      { name: 'source', valueString: 's' },
      { name: '_since', valueInstant: '2026-01-01T00:00:00Z' },
      { name: 'patient', valueReference: { reference: 'Patient/a' } },
      { name: 'group', valueReference: { reference: 'Group/g' } },
      { name: 'resource', resource: { resourceType: 'Patient' } },
    ]);
  });

  test('that is aborted gives no more rows, although it has them', async () => {
    const controller = new AbortController();
    const body = '{"a":1}\n{"a":2}\n{"a":3}\n';
    const client = connect('https://example.org/fhir', {
      fetch: async () => new Response(body, { headers: { 'content-type': 'application/x-ndjson' } }),
    });
    const rows = (await client.run(order, { signal: controller.signal })).rows();
    expect(await rows.next()).toEqual({ done: false, value: { a: 1 } });
    controller.abort(new Error('enough'));
    await expect(rows.next()).rejects.toThrow('enough');
  });

  test('that breaks off is never taken for a whole one', async () => {
    await using server = await startAnswering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"a":1}\n', () => response.socket?.destroy());
    });
    const { bytes } = await connect(server.origin).run(order);
    await expect(texts(bytes)).rejects.toMatchObject({
      name: 'DamagedDownloadError',
      // A break may overtake the bytes before it.
      message: expect.stringMatching(/broke off after [08] bytes/) as unknown,
    });
  });

  test('whose rows come packed is refused, because nobody could tell where they end', async () => {
    await using server = await startAnswering((_, response) => {
      const packed = gzipSync('{"a":1}\n'.repeat(1000));
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' });
      response.end(packed.subarray(0, -12));
    });
    await expect(connect(server.origin).run(order)).rejects.toThrow('rows packed by gzip');
  });

  test.each(['text/html', 'text/csv', ''])('answered with %j is refused', async (type) => {
    await using server = await startAnswering((_, response) => {
      response.writeHead(200, type === '' ? {} : { 'content-type': type }).end('<html>');
    });
    await expect(connect(server.origin).run(order)).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
  });

  test('ends on the server when its loop is left, or it is cancelled, or its signal aborts', async () => {
    let ended = 0;
    await using server = await startAnswering((_, response) => {
      response.on('close', () => (ended += 1));
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"a":1}\n');
    });
    const client = connect(server.origin);
    for await (const row of (await client.run(order)).rows()) {
      expect(row).toEqual({ a: 1 });
      break;
    }
    await (await client.run(order)).cancel();
    const controller = new AbortController();
    const rows = (await client.run(order, { signal: controller.signal })).rows();
    await rows.next();
    controller.abort(new Error('enough'));
    await expect(rows.next()).rejects.toThrow('enough');
    while (ended < 3) await new Promise(setImmediate);
  });
});

describe('retries', () => {
  test('wait as long as Retry-After says, or RateLimit, or longer each time', async () => {
    const heads: Record<string, string>[] = [
      { 'retry-after': '7' },
      { ratelimit: '"requests";r=0;t=9' },
      {},
      {},
    ];
    await using server = await startAnswering((_, response, count) => {
      const head = heads[count - 1];
      if (head === undefined) return answerJson(response, 200, { ...view, id: 'a' });
      response.writeHead(429, head).end('<html>slow down</html>');
    });
    const clock = createVirtualClock();
    const told: unknown[] = [];
    const client = connect(server.origin, { clock, onRetry: (failure) => told.push(failure) });
    await client.definitions.read('ViewDefinition', 'a');
    expect(clock.waits).toEqual([7000, 9000, 2000, 4000]);
    expect(told).toHaveLength(4);
  });

  test('end with the last failure, which has the page of the proxy', async () => {
    await using server = await startAnswering((_, response) => {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Maintenance</html>');
    });
    const clock = createVirtualClock();
    const reading = connect(server.origin, { clock }).definitions.read('ViewDefinition', 'a');
    await expect(reading).rejects.toMatchObject({
      status: 503,
      issues: [],
      body: '<html>Maintenance</html>',
    });
    expect(clock.waits.length).toBeGreaterThan(5);
    const never = connect(server.origin, { clock, patienceMs: 0 }).definitions.read('ViewDefinition', 'a');
    const before = server.asked.length;
    await expect(never).rejects.toMatchObject({ status: 503 });
    expect(server.asked.length).toBe(before + 1);
  });

  test('do not store a definition twice', async () => {
    await using server = await startAnswering((_, response) => response.socket?.destroy());
    const { definitions } = connect(server.origin, { clock: createVirtualClock() });
    await expect(definitions.create(view)).rejects.toMatchObject({ name: 'ServerUnreachableError' });
    await expect(definitions.update({ ...view, id: 'a' }, { ifMatch: '1' })).rejects.toMatchObject({
      name: 'ServerUnreachableError',
    });
    expect(server.asked).toHaveLength(2);
  });
});

describe('errors', () => {
  test('have all issues, also those of other servers, and a message that a person can read', async () => {
    const issue = [
      { severity: 'error', code: 'invalid', details: { text: 'as others say it' } },
      { severity: 7, diagnostics: 'x'.repeat(5000), expression: 'none' },
      ...Array.from({ length: 998 }, (_, index) => ({
        severity: 'error',
        code: 'value',
        diagnostics: `fault ${index}`,
      })),
    ];
    await using server = await startAnswering((_, response) =>
      answerJson(response, 422, { resourceType: 'OperationOutcome', issue }),
    );
    const refused = (await connect(server.origin)
      .run(order)
      .catch((error: unknown) => error)) as {
      issues: readonly { code: string; diagnostics: string }[];
      message: string;
    };
    expect(refused.issues).toHaveLength(1000);
    expect(refused.issues[0]).toMatchObject({ code: 'invalid', diagnostics: 'as others say it' });
    expect(refused.issues[1]).toMatchObject({ code: 'unknown' });
    expect(refused.message).toContain('and 980 more');
    expect(refused.message.length).toBeLessThan(5000);
  });
});
