import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readManifest } from '@millrace/lifecycle';
import { openSink } from '@millrace/storage';
import { namesBelow } from '../names-below.js';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { SLOWLY } from './slowly.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn, untilProgress } from './wire.js';

const IDS = 4000;
const FILES = 3;
const VERSIONS = { VERSIONED_SOURCES: 'default', VERSIONS_TASK_BYTES: '400000' };

/** A version of an observation. Those of one id have few different times, so that many are ties; some have none. */
function lineOf(id: number, version: number): string {
  const day = 1 + ((id * 7 + version * 5) % 4);
  const meta = (id + version) % 5 === 0 ? {} : { meta: { lastUpdated: `2026-01-0${day}T00:00:00Z` } };
  const subject = { reference: 'Patient/p' };
  return JSON.stringify({ resourceType: 'Observation', id: `o${id}`, ...meta, version, subject });
}

/** The lines of all files in their order. */
const LINES = Array.from({ length: FILES }, (_, file) =>
  Array.from({ length: IDS }, (_, n) => lineOf(file === 1 ? IDS - 1 - n : n, file)).filter(
    (_, n) => (n + file) % 7 !== 0,
  ),
);

/** The lines that stay: of each id the one with the greatest time, of equal ones the last. */
function latestLines(): string[] {
  const latest = new Map<string, { line: string; time: string; place: number }>();
  for (const [place, line] of LINES.flat().entries()) {
    const { id, meta } = JSON.parse(line) as { id: string; meta?: { lastUpdated: string } };
    const time = meta?.lastUpdated ?? '';
    const known = latest.get(id);
    if (known === undefined || time >= known.time) latest.set(id, { line, time, place });
  }
  return [...latest.values()].sort((a, b) => a.place - b.place).map(({ line }) => line);
}

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-versioned-'));
  await mkdir(join(data, 'Observation'));
  for (const [file, lines] of LINES.entries()) {
    const text = Buffer.from(lines.join('\n'));
    const [name, body] = file === 1 ? [`${file}.ndjson.gz`, gzipSync(text)] : [`${file}.ndjson`, text];
    await writeFile(join(data, 'Observation', name), body);
  }
  const group = (lastUpdated: string, of: string) =>
    JSON.stringify({
      resourceType: 'Group',
      id: 'g',
      meta: { lastUpdated },
      member: [{ entity: { reference: `Patient/${of}` } }],
    });
  // The version that counts is not the first one that is met.
  await writeFile(
    join(data, 'Group.ndjson'),
    [group('2026-01-01T00:00:00Z', 'nobody'), group('2026-01-02T00:00:00Z', 'p')].join('\n'),
  );
});
afterAll(() => rm(data, { recursive: true, force: true }));

test('a view and a filter by group see the latest version only, although workers are killed', async () => {
  const environment = {
    ...SLOWLY,
    ...VERSIONS,
    SHARD_BYTES: '100000',
    CUT_BYTES: '20000',
    LEASE: '1s',
    LEASE_MARGIN: '200ms',
  };
  await using stack = await startTestStack({ data, workers: 2, environment });
  const statusUrl = await kickOff(stack.api.fhirUrl, {
    views: [idView('Observation')],
    format: 'ndjson',
    more: [{ name: 'group', valueReference: { reference: 'Group/g' } }],
  });
  for (const least of [1, 60]) {
    await untilProgress(statusUrl, least);
    await Promise.all(stack.workers.map((worker) => worker.end('SIGKILL')));
    await stack.startWorker();
  }
  const { outputs } = await download(statusUrl);
  const expected = latestLines().map((line) => ({ id: (JSON.parse(line) as { id: string }).id }));
  expect(rowsIn(outputs.get('observations'))).toEqual(expected);
  const left = await namesBelow(stack.outFolder);
  expect(left.filter((path) => path.endsWith('.superseded'))).toEqual([]);
}, 120_000);

test('a bulk export copies the latest versions, and a run over the source is refused', async () => {
  const environment = { ...VERSIONS, REDIS_PREFIX: `{e2e-${randomUUID()}}` };
  await using stack = await startTestStack({ data, workers: 1, environment });
  const kicked = await fetch(`${stack.api.fhirUrl}/$export?_type=Observation`, {
    headers: { Accept: 'application/fhir+json', Prefer: 'respond-async' },
  });
  expect(kicked.status).toBe(202);
  const folder = join(stack.outFolder, 'default');
  const [id = ''] = await readdir(folder);
  const store = openSink({ kind: 'file', root: stack.outFolder });
  const manifest = await until(async () => readManifest(store, 'default', id), 'the export to end');
  if (manifest.outcome !== 'completed') throw new Error(`the export is ${manifest.outcome}`);
  const files = manifest.outputs.flatMap((output) => output.files);
  const bodies = await Promise.all(files.map(({ key }) => readFile(join(stack.outFolder, key), 'utf8')));
  expect(bodies.join('')).toBe(`${latestLines().join('\n')}\n`);

  const run = await fetch(`${stack.api.fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'subjectResource', resource: idView('Observation') },
        { name: '_format', valueCode: 'ndjson' },
      ],
    }),
  });
  const outcome: unknown = await run.json();
  expect([run.status, outcome]).toMatchObject([
    400,
    { issue: [{ code: 'not-supported', expression: ['source'] }] },
  ]);
}, 60_000);

test('output that is organized by patients has the latest versions only, each in one file of one page', async () => {
  const environment = { ...VERSIONS, SHARD_BYTES: '100000', REDIS_PREFIX: `{e2e-${randomUUID()}}` };
  await using stack = await startTestStack({ data, workers: 1, environment });
  const query = '_type=Observation&organizeOutputBy=Patient&allowPartialManifests=true';
  const kicked = await fetch(`${stack.api.fhirUrl}/$export?${query}`, {
    headers: { Accept: 'application/fhir+json', Prefer: 'respond-async' },
  });
  expect(kicked.status).toBe(202);
  const statusUrl = kicked.headers.get('content-location') ?? '';
  const first = await until(async () => {
    const status = await fetch(statusUrl);
    return status.status === 200 ? ((await status.json()) as Page) : undefined;
  }, 'the export to end');
  const urls: string[] = [];
  for (let page: Page | undefined = first; page !== undefined;) {
    urls.push(...page.output.map(({ url }) => url));
    const next: string | undefined = page.link?.find(({ relation }) => relation === 'next')?.url;
    page = next === undefined ? undefined : ((await (await fetch(next)).json()) as Page);
  }
  expect(new Set(urls).size).toBe(urls.length);
  const texts = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  const [header = '', ...lines] = texts.join('').trimEnd().split('\n');
  expect(JSON.parse(header)).toMatchObject({
    resourceType: 'Parameters',
    parameter: [{ name: 'header', valueReference: { reference: 'Patient/p' } }],
  });
  expect(lines.sort()).toEqual(latestLines().sort());
}, 60_000);

interface Page {
  readonly output: readonly { readonly url: string }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
}
