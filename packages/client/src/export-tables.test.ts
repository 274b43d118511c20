import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from './index.js';
import { answerJson, startAnswering, type AnsweringServer, type Asked } from './testing/answering-server.js';
import { createVirtualClock } from './testing/virtual-clock.js';

const order = { subjects: [{ reference: 'ViewDefinition/patients' }], format: 'csv' } as const;
const CSV = 'id\n1\n2\n';
const SHA256 = createHash('sha256').update(CSV).digest('hex');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-tables-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Script {
  readonly names?: readonly string[];
  readonly format?: string;
  readonly file?: string;
  readonly status?: (response: ServerResponse, count: number) => boolean;
  readonly serveFile?: (asked: Asked, response: ServerResponse, count: number) => void;
}

/** A server with one export of tables. */
async function startExports(script: Script = {}): Promise<AnsweringServer & { deletes(): number }> {
  const counts = { status: 0, file: 0, deletes: 0 };
  const server: AnsweringServer = await startAnswering((asked, response) => {
    const { method, path } = asked;
    if (path === '/fhir/$sql-export') {
      return void response.writeHead(202, { 'content-location': 'export/1/status' }).end('<html>');
    }
    if (method === 'DELETE') {
      counts.deletes += 1;
      return void response.writeHead(202).end();
    }
    if (path.endsWith('/status')) {
      counts.status += 1;
      if (script.status?.(response, counts.status) === true) return;
      return void response.writeHead(303, { location: '../1/result' }).end();
    }
    if (path.endsWith('/result')) return answerJson(response, 200, manifest());
    counts.file += 1;
    if (script.serveFile !== undefined) return script.serveFile(asked, response, counts.file);
    response.end(CSV);
  });
  function manifest(): object {
    const facts = [
      { url: 'rows', valueDecimal: 2 },
      { url: 'bytes', valueDecimal: CSV.length },
      { url: 'sha256', valueString: SHA256 },
    ];
    const extension = [{ url: 'urn:millrace:fhir:extension:export-file', extension: facts }];
    const valueUri = script.file ?? `${server.origin}/fhir/export/1/files/a`;
    return {
      resourceType: 'Parameters',
      parameter: [
        { name: 'exportId', valueString: 'e' },
        { name: 'status', valueCode: 'completed' },
        { name: '_format', valueCode: script.format ?? 'csv' },
        ...(script.names ?? ['patients']).map((name) => ({
          name: 'output',
          part: [
            { name: 'name', valueString: name },
            { name: 'location', valueUri, extension },
          ],
        })),
      ],
    };
  }
  return { ...server, [Symbol.asyncDispose]: server[Symbol.asyncDispose], deletes: () => counts.deletes };
}

test('an export of tables is in its folder when its files agree with the manifest', async () => {
  await using server = await startExports();
  const urls: string[] = [];
  const done = await connect(`${server.origin}/fhir`).exportTables(order, folder, {
    onAccepted: (url) => urls.push(url),
  });
  expect(urls).toEqual([`${server.origin}/fhir/export/1/status`]);
  expect(done.files.map(({ path, bytes }) => [path, bytes])).toEqual([
    [join(folder, 'patients.part1.csv'), 7],
  ]);
  expect(await readFile(join(folder, 'patients.part1.csv'), 'utf8')).toBe(CSV);
});

describe('a manifest', () => {
  test.each([
    [{ names: ['../../escaped'] }, 'UnsafeOutputNameError'],
    [{ names: ['.hidden'] }, 'UnsafeOutputNameError'],
    [{ names: ['a/b'] }, 'UnsafeOutputNameError'],
    [{ names: ['a\u0000b'] }, 'UnsafeOutputNameError'],
    [{ names: ['same', 'SAME'] }, 'UnsafeOutputNameError'],
    [{ file: 'file:///etc/passwd' }, 'UnexpectedAnswerError'],
    [{ file: 'http://[' }, 'UnexpectedAnswerError'],
  ])('with %j writes nothing', async (script, name) => {
    await using server = await startExports(script);
    const client = connect(`${server.origin}/fhir`, { patienceMs: 0 });
    await expect(client.exportTables(order, folder)).rejects.toMatchObject({ name });
    expect(await readdir(folder)).toEqual([]);
  });

  test('cannot choose another place by its format', async () => {
    await using server = await startExports({ format: 'csv/../../../escaped' });
    const client = connect(`${server.origin}/fhir`);
    const manifest = await client.awaitExport(`${server.origin}/fhir/export/1/status`);
    expect(manifest.format).toBeUndefined();
    await expect(client.download({ ...manifest, format: 'csv/../../x' }, folder)).rejects.toMatchObject({
      name: 'UnsafeOutputNameError',
    });
    await expect(client.download(manifest, folder)).rejects.toThrow('the option format');
    expect(await client.download(manifest, folder, { format: 'csv' })).toHaveLength(1);
  });
});

describe('a download', () => {
  test('goes on where the connection broke off, and takes no other file for the rest', async () => {
    const ranges: unknown[] = [];
    await using server = await startExports({
      serveFile({ headers }, response) {
        ranges.push(headers.range);
        const [, asked] = /^bytes=(\d+)-$/.exec(String(headers.range)) ?? [];
        const from = Number(asked ?? 0);
        const head = { etag: '"a"', 'accept-ranges': 'bytes', 'content-length': CSV.length - from };
        response.writeHead(asked === undefined ? 200 : 206, {
          ...head,
          ...(asked === undefined ? {} : { 'content-range': `bytes ${from}-6/7` }),
        });
        // A break may overtake the bytes before it: the connection breaks off until they have arrived.
        if (from === 0) response.write(CSV.slice(0, 3), () => response.socket?.destroy());
        else response.end(CSV.slice(from));
      },
    });
    const client = connect(`${server.origin}/fhir`, { clock: createVirtualClock() });
    expect((await client.exportTables(order, folder)).files).toHaveLength(1);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.filter((range) => range !== undefined && range !== 'bytes=0-')).toEqual(['bytes=3-']);
  });

  test('waits for a server that has too much to do, with a token that it renews', async () => {
    const tokens: unknown[] = [];
    await using server = await startExports({
      serveFile({ headers }, response, count) {
        tokens.push(headers.authorization);
        if (count === 1) return void response.writeHead(429, { 'retry-after': '3' }).end();
        if (count === 2) return void response.writeHead(502).end('<html>');
        if (headers.authorization !== 'Bearer 2') return answerJson(response, 401, {});
        response.end(CSV);
      },
    });
    const clock = createVirtualClock();
    const client = connect(`${server.origin}/fhir`, {
      clock,
      authorization: ({ isRefused }) => `Bearer ${isRefused ? 2 : 1}`,
    });
    await client.exportTables(order, folder);
    expect(tokens).toEqual(['Bearer 1', 'Bearer 1', 'Bearer 1', 'Bearer 2']);
    expect(clock.waits).toEqual([3000, 1000]);
  });

  test.each(['id\n1\n', 'id\n1\n3\n', '<html>Sign in</html>'])(
    'of %j in its place is refused',
    async (text) => {
      await using server = await startExports({ serveFile: (_, response) => response.end(text) });
      const exporting = connect(`${server.origin}/fhir`, { clock: createVirtualClock() }).exportTables(
        order,
        folder,
      );
      await expect(exporting).rejects.toMatchObject({ name: 'DownloadMismatchError' });
      expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([]);
    },
  );
});

describe('a status', () => {
  test('that a proxy answers, truncates or drops is asked for again', async () => {
    await using server = await startExports({
      status(response, count) {
        if (count === 1)
          response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
        else if (count === 2) {
          response.writeHead(202, { 'content-length': '100' });
          response.write('{', () => response.socket?.destroy());
        } else if (count === 3) response.socket?.destroy();
        else if (count === 4) response.writeHead(503, { 'retry-after': '999999999' }).end();
        else if (count === 5)
          response.writeHead(202, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }).end();
        else if (count === 6)
          response.writeHead(202, { 'retry-after': '7200', 'x-progress': '50%' }).end('<html>');
        else return false;
        return true;
      },
    });
    const clock = createVirtualClock();
    const percents: unknown[] = [];
    await connect(`${server.origin}/fhir`, { clock }).exportTables(order, folder, {
      onProgress: ({ percent }) => percents.push(percent),
    });
    expect(percents).toEqual([undefined, 50]);
    expect(Math.max(...clock.waits)).toBe(60_000);
    expect(clock.waits.at(-2)).toBe(50);
  });

  test.each([
    [
      'a page',
      (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['a redirect to nowhere', (response: ServerResponse) => response.writeHead(303).end()],
    [
      'a redirect to a file',
      (response: ServerResponse) => response.writeHead(303, { location: 'file:///x' }).end(),
    ],
    [
      'a redirect to itself',
      (response: ServerResponse) => response.writeHead(303, { location: 'status' }).end(),
    ],
  ])('that is %s is refused at once', async (_, answer) => {
    await using server = await startExports({
      status(response) {
        answer(response);
        return true;
      },
    });
    const clock = createVirtualClock();
    const exporting = connect(`${server.origin}/fhir`, { clock }).exportTables(order, folder);
    await expect(exporting).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
    expect(clock.waits).toEqual([]);
  });
});

test('an export of which the caller cannot take note is cancelled', async () => {
  await using server = await startExports();
  const exporting = connect(`${server.origin}/fhir`).exportTables(order, folder, {
    onAccepted: () => {
      throw new Error('the disk is full');
    },
  });
  await expect(exporting).rejects.toThrow('the disk is full');
  expect(server.deletes()).toBe(1);
});

describe('an abort', () => {
  const wait = (response: ServerResponse): boolean => {
    response.writeHead(202).end();
    return true;
  };

  test('cancels the export on the server, whether somebody listens or not', async () => {
    for (const isHeard of [true, false]) {
      await using server = await startExports({ status: wait });
      const controller = new AbortController();
      const how: string[] = [];
      const exporting = connect(`${server.origin}/fhir`).exportTables(order, folder, {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error('enough')),
        ...(isHeard ? { onInterrupted: ({ kind }: { kind: string }) => how.push(kind) } : {}),
      });
      await expect(exporting).rejects.toThrow('enough');
      expect(server.deletes()).toBe(1);
      expect(how).toEqual(isHeard ? ['cancelled'] : []);
    }
  });

  test('ends each step with its reason', async () => {
    for (const step of ['/status', '/result', '/files/a']) {
      const controller = new AbortController();
      await using server = await startAnswering(({ path, method }, response) => {
        if (method === 'DELETE') return void response.writeHead(202).end();
        if (path.endsWith(step)) return void setImmediate(() => controller.abort(new Error(`at ${step}`)));
        if (path.endsWith('$sql-export'))
          return void response.writeHead(202, { 'content-location': 'export/1/status' }).end();
        if (path.endsWith('/status')) return void response.writeHead(303, { location: 'result' }).end();
        answerJson(response, 200, {
          resourceType: 'Parameters',
          parameter: [
            { name: 'exportId', valueString: 'e' },
            { name: 'status', valueCode: 'completed' },
            {
              name: 'output',
              part: [
                { name: 'name', valueString: 'a' },
                { name: 'location', valueUri: 'files/a' },
              ],
            },
          ],
        });
      });
      const client = connect(`${server.origin}/fhir`);
      const exporting = client.exportTables(order, folder, { signal: controller.signal });
      await expect(exporting).rejects.toThrow(`at ${step}`);
      expect(await readdir(folder)).toEqual([]);
    }
  });
});

test('files come by the fetch that the client was given, unpacked', async () => {
  await using server = await startExports();
  const fetched: [string, string | undefined][] = [];
  const given: typeof fetch = (url, init) => {
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    fetched.push([pathname, new Headers(init?.headers).get('accept-encoding') ?? undefined]);
    return fetch(url, init);
  };
  await connect(`${server.origin}/fhir`, { fetch: given }).exportTables(order, folder);
  expect(await readFile(join(folder, 'patients.part1.csv'), 'utf8')).toBe(CSV);
  expect(fetched).toHaveLength(server.asked.length);
  expect(fetched.at(-1)).toEqual(['/fhir/export/1/files/a', 'identity']);
});

test('a file that comes packed by that fetch is refused, because nobody could tell whether it is whole', async () => {
  await using server = await startExports({
    serveFile: (_, response) => void response.writeHead(200, { 'content-encoding': 'br' }).end(),
  });
  const given: typeof fetch = (url, init) => fetch(url, init);
  await expect(
    connect(`${server.origin}/fhir`, { fetch: given }).exportTables(order, folder),
  ).rejects.toThrow(/Content-Encoding: br/);
});
