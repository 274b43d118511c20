import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { Redis } from 'ioredis';
import { startMillrace } from '../cli/millrace.js';
import { startTestStack } from '../e2e/test-stack.js';
import { namesBelow } from '../names-below.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';
import { LENIENT, accepted, ended, get, post, refusalOf, textOf } from './bulk-requests.js';
import type { Manifest } from './bulk-requests.js';

type Page = Manifest & { readonly link?: readonly { readonly relation: string; readonly url: string }[] };

const LINE_BYTES = 120;
const LINES = 200;
const line = (id: string) => {
  const resource = { resourceType: 'Observation', id, note: '' };
  return JSON.stringify({ ...resource, note: 'x'.repeat(LINE_BYTES - 1 - JSON.stringify(resource).length) });
};
const SOURCE = Array.from({ length: LINES }, (_, n) => line(`o${n}`));

let data: string;
let redis: Redis;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-partial-'));
  await writeFile(join(data, 'Observation.ndjson'), SOURCE.map((text) => `${text}\n`).join(''));
  redis = new Redis(REDIS_URL);
});
afterAll(async () => {
  redis?.disconnect();
  await rm(data, { recursive: true, force: true });
});

/** With one line in each shard there is a middle. */
const start = (workers: number, lines = 1, prefix = `{partial-${randomUUID()}}`): Promise<LocalStack> =>
  startTestStack({
    data,
    workers,
    environment: {
      REDIS_PREFIX: prefix,
      SHARD_BYTES: String(lines * LINE_BYTES),
      ENGINE_THREADS: '1',
      POLL_THROTTLE_FACTOR: '0',
      LEASE: '2s',
      LEASE_MARGIN: '300ms',
    },
  });

const ask = (url: string) => fetch(url, { headers: { Accept: 'application/json' } });

/** The first page of an export, as soon as there is one. */
const firstPage = (statusUrl: string): Promise<string> =>
  until(async () => {
    const response = await ask(statusUrl);
    const body = await response.text();
    return response.status === 202 && body !== '' ? body : undefined;
  }, `${statusUrl} to have a page`);

/** The pages from the first to the last, each with its status. */
async function walk(statusUrl: string): Promise<readonly (readonly [number, Page])[]> {
  const pages: (readonly [number, Page])[] = [];
  for (let url: string | undefined = statusUrl; url !== undefined;) {
    const response: Response = await ask(url);
    const page = (await response.json()) as Page;
    pages.push([response.status, page]);
    url = page.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return pages;
}

const namesIn = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith('Observation.')).sort();

const withoutLink = ({ link: _, ...rest }: Page): Omit<Page, 'link'> => rest;
const urlsOf = (pages: readonly (readonly [number, Page])[]) =>
  pages.flatMap(([, { output }]) => output.map(({ url }) => url));
const linesAt = async (urls: readonly string[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const url of urls) lines.push(...(await textOf(url)).split('\n').slice(0, -1));
  return lines;
};
const objectsIn = async ({ outFolder }: LocalStack, kind: RegExp) =>
  (await namesBelow(outFolder)).filter((name) => kind.test(name));

test('files are given out while an export runs, and are in the result once, though workers die and Redis is lost', async () => {
  const prefix = `{partial-${randomUUID()}}`;
  await using stack = await start(0, 1, prefix);
  const statusUrl = await accepted(await get(stack.api.fhirUrl, '$export?allowPartialManifests=true'));
  const unknown = await ask(statusUrl);
  expect([unknown.status, await unknown.text()]).toEqual([202, '']);

  const worker = await stack.startWorker();
  await firstPage(statusUrl);
  await worker.end('SIGKILL');

  const early = await walk(statusUrl);
  expect(new Set(early.map(([status]) => status))).toEqual(new Set([202]));
  const files = urlsOf(early);
  const lines = await linesAt(files);
  expect(lines).toEqual(SOURCE.slice(0, lines.length));
  expect(lines.length).toBeLessThan(LINES);

  const other = await stack.startApi();
  const there = statusUrl.replace(stack.api.fhirUrl, other.fhirUrl);
  const elsewhere = (await (await ask(there)).json()) as Page;
  expect(elsewhere.output).toHaveLength(early[0]?.[1].output.length ?? -1);

  const folder = await mkdtemp(join(tmpdir(), 'millrace-partial-out-'));
  const download = startMillrace('download', statusUrl, '--out', folder);
  // No worker runs: the server has no more than these pages.
  await download.says(/downloading \d+ file\(s\); others may follow/);
  await until(
    async () => (await namesIn(folder)).length === files.length || undefined,
    'the files so far to be downloaded',
  );

  await redis.del(await redis.keys(`${prefix}*`));
  expect((await walk(statusUrl)).map(([status, page]) => [status, withoutLink(page)])).toEqual(
    early.map(([status, page]) => [status, withoutLink(page)]),
  );
  expect(await linesAt(files)).toEqual(lines);

  await stack.startWorker();
  expect((await ended(statusUrl)).status).toBe(200);
  const pages = await walk(statusUrl);
  expect(new Set(pages.map(([status]) => status))).toEqual(new Set([200]));
  expect(pages.slice(0, early.length).map(([, page]) => withoutLink(page))).toEqual(
    early.map(([, page]) => withoutLink(page)),
  );
  const all = urlsOf(pages);
  expect(new Set(all).size).toBe(all.length);
  expect(await linesAt(all)).toEqual(SOURCE);
  expect(await download.finished).toMatchObject({ code: 0, err: expect.stringContaining('completed: ') });
  const downloaded = await Promise.all(
    (await namesIn(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  expect(downloaded.join('')).toBe(SOURCE.map((text) => `${text}\n`).join(''));
  await rm(folder, { recursive: true });
  await until(
    async () => ((await objectsIn(stack, /shard-.*ndjson$/)).length === all.length ? true : undefined),
    'files that no page lists to be removed',
  );
}, 120_000);

test('a cancelled export has no pages any more, neither for clients nor in the store', async () => {
  await using stack = await start(1);
  const statusUrl = await accepted(await get(stack.api.fhirUrl, '$export?allowPartialManifests=true'));
  const { output } = JSON.parse(await firstPage(statusUrl)) as Page;
  expect((await fetch(statusUrl, { method: 'DELETE' })).status).toBe(202);
  for (const url of [statusUrl, `${statusUrl}/1`, output[0]?.url ?? ''])
    expect((await ask(url)).status).toBe(404);
  await until(
    async () => ((await objectsIn(stack, /page-\d+\.json$|\.ndjson$/)).length === 0 ? true : undefined),
    'the pages to be removed',
  );
}, 60_000);

test('what was passed over is told on a page of its own at the end, in either version', async () => {
  await using stack = await start(1, 40);
  const parameter = [
    { name: 'allowPartialManifests', valueBoolean: true },
    { name: 'foo', valueString: '1' },
  ];
  for (const [target, told] of [
    ['$export', 'error'],
    ['$export-v4', 'outcome'],
  ] as const) {
    const statusUrl = await accepted(await post(stack.api.fhirUrl, target, parameter, LENIENT));
    await ended(statusUrl);
    const pages = (await walk(statusUrl)).map(([, page]) => page);
    expect(pages.slice(0, -1).flatMap((page) => page[told] ?? [])).toEqual([]);
    expect(pages.at(-1)).toMatchObject({ output: [], [told]: [{ count: 1 }] });
    expect(await textOf(pages.at(-1)?.[told]?.[0]?.url ?? '')).toContain('foo');
    for (const page of [`${pages.length}`, '0', 'x'])
      expect(await refusalOf(await ask(`${statusUrl}/${page}`))).toEqual([404, 'not-found -']);
  }
}, 120_000);

test('an export whose client did not ask for pages has none', async () => {
  await using stack = await start(1, 40);
  for (const query of ['', '?allowPartialManifests=false']) {
    const statusUrl = await accepted(await get(stack.api.fhirUrl, `$export${query}`));
    expect(await (await ended(statusUrl)).json()).not.toHaveProperty('link');
    expect((await ask(`${statusUrl}/1`)).status).toBe(404);
  }
  expect(await objectsIn(stack, /page-/)).toEqual([]);
}, 120_000);
