import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DamagedDownloadError, DownloadMismatchError, ServerRefusedError } from '../errors.js';
import { createBulkRuns, patient, PATIENTS, type BulkRuns } from '../testing/bulk-runs.js';
import type { ServedFile } from '../testing/guide-script.js';

/** Long enough to be cut in the middle. */
const LONG: ServedFile = {
  type: 'Patient',
  lines: Array.from({ length: 20_000 }, (_, n) => patient(`${(n * 7919) % 100_003}`)),
};

let bulk: BulkRuns;
beforeEach(async () => {
  bulk = await createBulkRuns();
});
afterEach(async () => {
  expect(await bulk.end()).toEqual([]);
});

describe('a Bulk Data export', () => {
  test('asks as the guide has it, and writes the files by type', async () => {
    const { requests } = await bulk.serve({
      pages: [
        [
          PATIENTS,
          { type: 'Observation', lines: ['{"resourceType":"Observation"}'] },
          { ...PATIENTS, lines: [patient('c')] },
        ],
      ],
    });

    const { files, transactionTime } = await bulk.run({
      level: { kind: 'group', id: 'g.1' },
      since: '2026-01-01T00:00:00+01:00',
      types: ['Patient', 'Observation'],
      elements: ['id', 'Patient.name'],
      typeFilters: ['Observation?category=laboratory', 'Patient?active=true'],
    });

    expect(requests[1]).toBe(
      'GET /fhir/Group/g.1/$export?_type=Patient%2CObservation&_since=2026-01-01T00%3A00%3A00%2B01%3A00' +
        '&_elements=id%2CPatient.name&_typeFilter=Observation%3Fcategory%3Dlaboratory&_typeFilter=Patient%3Factive%3Dtrue',
    );
    expect(files.map(({ path, lines }) => [path, lines])).toEqual([
      ['Observation.000.ndjson', 1],
      ['Patient.000.ndjson', 2],
      ['Patient.001.ndjson', 1],
    ]);
    expect(await bulk.linesOf('Patient.000.ndjson')).toEqual(PATIENTS.lines);
    expect(transactionTime).toBe('2026-01-02T03:04:05.678Z');
  });

  test.each([
    [{ kind: 'system' } as const, 'GET /fhir/$export'],
    [{ kind: 'patient' } as const, 'GET /fhir/Patient/$export'],
  ])('of the level %j is asked for without parameters', async (level, asked) => {
    const { requests } = await bulk.serve({ pages: [[]] });
    expect((await bulk.run({ level })).files).toEqual([]);
    expect(requests).toContain(asked);
  });

  test('puts deletions and OperationOutcomes into folders of their own', async () => {
    await bulk.serve({
      pages: [
        [
          PATIENTS,
          { kind: 'deleted', type: 'Bundle', lines: ['{"resourceType":"Bundle"}'] },
          // Some servers count issues there.
          { kind: 'error', type: 'OperationOutcome', lines: ['{}'], count: 7 },
        ],
      ],
    });
    await bulk.run();
    expect(await bulk.visible()).toEqual(['Patient.000.ndjson', 'deleted', 'error', 'log.ndjson']);
    expect(await readdir(join(bulk.folder, 'deleted'))).toEqual(['Bundle.000.ndjson']);
    expect(await readdir(join(bulk.folder, 'error'))).toEqual(['OperationOutcome.000.ndjson']);
  });

  test.each([
    ['relative URLs', { relativeUrls: true }],
    ['a redirect to the manifest', { seeOther: true }],
  ])('reads a manifest with %s', async (_, more) => {
    await bulk.serve({ pages: [[PATIENTS]], ...more });
    await bulk.run();
    expect(await bulk.linesOf('Patient.000.ndjson')).toEqual(PATIENTS.lines);
  });

  test('follows the pages of a manifest, and numbers files over all of them', async () => {
    await bulk.serve({ pages: [[PATIENTS], [], [{ ...PATIENTS, lines: [patient('c')] }]] });
    const { files } = await bulk.run({ allowPartialManifests: true });
    expect(files.map(({ path }) => path)).toEqual(['Patient.000.ndjson', 'Patient.001.ndjson']);
    expect((await bulk.logged()).filter(({ eventId }) => eventId === 'status_page_complete')).toHaveLength(3);
  });

  test('downloads the files of a page while the export runs, and each file once', async () => {
    const polls = [
      { status: 202, progress: '10%' },
      { status: 202, pages: 1 },
      // Behind the first page there is none yet.
      { status: 202, pages: 1, progress: '50%' },
      { status: 202, pages: 2 },
      { status: 503 },
      { status: 202, pages: 2 },
    ];
    const { requests } = await bulk.serve({
      pages: [
        [PATIENTS],
        [{ ...PATIENTS, lines: [patient('c')] }],
        [{ kind: 'error', type: 'OperationOutcome', lines: ['{}'] }],
      ],
      polls,
    });
    const pages: unknown[] = [];
    const { files } = await bulk.run(
      { allowPartialManifests: true },
      { page: (count, isLast) => pages.push([count, isLast]) },
    );
    expect(pages).toEqual([
      [1, false],
      [1, false],
      [1, true],
    ]);
    expect(files.map(({ path }) => path)).toEqual([
      'Patient.000.ndjson',
      'Patient.001.ndjson',
      'error/OperationOutcome.000.ndjson',
    ]);
    const asked = requests.filter((request) => /files|jobs/.test(request));
    const firstFile = asked.findIndex((request) => request.includes('/files/0/'));
    expect(asked.slice(firstFile).filter((request) => request.includes('/jobs/')).length).toBeGreaterThan(3);
    expect(asked.filter((request) => request.includes('/files/'))).toHaveLength(3);
  });

  test('that ends in the middle of its pages goes on with those that it had', async () => {
    const pages = [[PATIENTS], [{ ...PATIENTS, lines: [patient('c')] }]];
    const { requests, jobs } = await bulk.serve({
      pages,
      polls: [{ status: 202, pages: 1 }, { status: 401 }],
    });
    await expect(bulk.run({ allowPartialManifests: true })).rejects.toThrow('401');
    expect((await bulk.run({ allowPartialManifests: true })).files).toHaveLength(2);
    expect(jobs.size).toBe(1);
    expect(requests.filter((request) => request.includes('/files/'))).toHaveLength(2);
  });

  test('of which the output is in blocks has files named so, and headers may count or not', async () => {
    const header = '{"resourceType":"Parameters","parameter":[{"name":"header"}]}';
    const lines = [header, patient('a')];
    const pages = [
      [
        { ...PATIENTS, lines },
        { ...PATIENTS, lines, count: 1 },
        { kind: 'deleted', type: 'Bundle', lines: ['{}'] },
      ],
    ] as const;
    const { requests } = await bulk.serve({ pages, organizedBy: 'Patient' });
    const { files } = await bulk.run({ organizeOutputBy: 'Patient' });
    expect(requests[1]).toBe('GET /fhir/$export?organizeOutputBy=Patient');
    expect(files.map(({ path, type }) => [path, type])).toEqual([
      ['blocks-of-Patient.000.ndjson', undefined],
      ['blocks-of-Patient.001.ndjson', undefined],
      ['deleted/Bundle.000.ndjson', 'Bundle'],
    ]);
    expect((await bulk.run({ organizeOutputBy: 'Patient' })).wasFinished).toBe(true);
  });

  test('of blocks with fewer lines than resources, and a file without type elsewhere, are refused', async () => {
    const short = { ...PATIENTS, count: 3 };
    await bulk.serve({ pages: [[short]], organizedBy: 'Patient' });
    await expect(bulk.run()).rejects.toThrow('has 2 lines; the manifest counts 3 resources');
    await rm(bulk.folder, { recursive: true });
    await bulk.serve({ pages: [[PATIENTS]], organizedBy: '../x' });
    await expect(bulk.run()).rejects.toThrow('with the type "../x"; expected the name of a resource type');
  });

  test('sends its token to the server, and to files that need it', async () => {
    await bulk.serve({ pages: [[PATIENTS]], token: 't', requiresAccessToken: true });
    await bulk.run({}, { token: 't' });
    await rm(bulk.folder, { recursive: true });
    // The server counts a token for a file that needs none as a fault.
    await bulk.serve({ pages: [[PATIENTS]], token: 't' });
    await bulk.run({}, { token: 't' });
  });
});

describe('waiting', () => {
  test('takes Retry-After in seconds or as a date, within limits, and longer and longer without', async () => {
    const date = new Date(Math.ceil(bulk.clock.now() / 1000) * 1000 + 90_000).toUTCString();
    await bulk.serve({
      pages: [[]],
      polls: [
        { status: 202, retryAfter: '7', progress: '10%' },
        { status: 202, retryAfter: date },
        { status: 202, retryAfter: '86400' },
        { status: 202 },
        { status: 202, progress: 'in the queue' },
      ],
    });
    const heard: unknown[] = [];
    await bulk.run({}, { progress: (progress) => heard.push(progress) });
    const [seconds, dated, day, first, second] = bulk.clock.waits;
    expect([seconds, day]).toEqual([7000, 300_000]);
    expect(dated).toBeGreaterThan(80_000);
    expect(dated).toBeLessThan(92_000);
    expect(second).toBeGreaterThan(first ?? Infinity);
    expect([heard[0], heard[1], heard[4]]).toEqual([
      { text: '10%', percent: 10 },
      {},
      { text: 'in the queue' },
    ]);
  });

  test('goes on when a poll fails and not the export', async () => {
    await bulk.serve({
      pages: [[PATIENTS]],
      polls: [
        { status: 429, retryAfter: '3', code: 'throttled' },
        { status: 503, retryAfter: '2' },
        { status: 502 },
        { status: 500, code: 'transient' },
        { status: 202, drop: true },
        { status: 500 },
      ],
    });
    await bulk.run();
    expect(bulk.clock.waits.slice(0, 2)).toEqual([3000, 2000]);
    const failed = (await bulk.logged()).filter(({ eventId }) => eventId === 'status_error');
    expect(failed.map(({ eventDetail }) => eventDetail['code'])).toEqual([429, 503, 502, 500, null, 500]);
  });

  test('ends when failed polls do not pass for half an hour', async () => {
    await bulk.serve({ pages: [[]], polls: Array.from({ length: 1000 }, () => ({ status: 503 })) });
    const start = bulk.clock.now();
    await expect(bulk.run()).rejects.toThrow('503');
    expect(bulk.clock.now() - start).toBeGreaterThan(20 * 60_000);
    expect(bulk.clock.now() - start).toBeLessThanOrEqual(30 * 60_000);
  });

  test('a busy server is asked for the export again, and another refusal is not', async () => {
    const busy = [{ status: 429, retryAfter: '11' }, { status: 503 }];
    const { requests } = await bulk.serve({ pages: [[]], busy });
    await bulk.run();
    expect(bulk.clock.waits[0]).toBe(11_000);
    expect(requests.filter((request) => request.includes('$export'))).toHaveLength(3);

    await rm(bulk.folder, { recursive: true });
    const strict = await bulk.serve({ pages: [[]], busy: [{ status: 400 }] });
    await expect(bulk.run()).rejects.toThrow('the server says throttled');
    expect(strict.jobs.size).toBe(0);
    const [kickoff] = await bulk.logged();
    expect(kickoff?.eventDetail).toMatchObject({
      errorCode: 400,
      errorBody: expect.stringContaining('throttled'),
    });
  });

  test('an export that failed ends it at once with the reason, and the next start asks for another', async () => {
    const { jobs } = await bulk.serve({ pages: [[]], failure: { status: 500, code: 'exception' } });
    await expect(bulk.run()).rejects.toThrow('the server says exception');
    await expect(bulk.run()).rejects.toThrow(ServerRefusedError);
    expect(jobs.size).toBe(2);
  });
});

describe('a file', () => {
  test.each([
    ['that is packed', { gzip: true }],
    ['that is asked for at another place', { redirect: true }],
    ['whose URL has expired', { expires: true }],
    ['that is refused twice', { before: [503, 503] }],
    ['that breaks off', { before: ['cut'] }],
    ['that breaks off, of a server with ranges', { before: ['cut', 503, 'cut'], ranges: true }],
    ['that is packed and breaks off', { before: ['cut'], gzip: true }],
    [
      'that is packed and breaks off, of a server with ranges',
      { before: ['cut', 'cut'], gzip: true, ranges: true },
    ],
    ['that is packed and ends early once', { before: ['cut packed'], gzip: true }],
  ] as const)('%s is there whole', async (_, how) => {
    await bulk.serve({ pages: [[{ ...LONG, ...how }]] });
    await bulk.run();
    expect(await bulk.linesOf('Patient.000.ndjson')).toEqual(LONG.lines);
    expect(await bulk.visible()).toEqual(['Patient.000.ndjson', 'log.ndjson']);
  });

  test('that broke off is gone on with where it did, if the server can', async () => {
    const { requests } = await bulk.serve({ pages: [[{ ...LONG, before: ['cut', 'cut'], ranges: true }]] });
    const failures: unknown[] = [];
    await bulk.run({}, { triedAgain: (failure) => failures.push(failure) });
    expect(failures).toHaveLength(2);
    expect(requests.filter((request) => request.includes('/files/'))).toHaveLength(3);
  });

  test.each([
    ['another number of resources', { count: 3 }, DownloadMismatchError],
    [
      'another length',
      { extension: { 'urn:millrace:fhir:extension:export-file': { bytes: 1 } } },
      DownloadMismatchError,
    ],
    [
      'another checksum',
      { extension: { 'urn:millrace:fhir:extension:export-file': { sha256: 'ab' } } },
      DownloadMismatchError,
    ],
    ['a line that is no object', { lines: [patient('a'), '<html>'] }, DamagedDownloadError],
    ['an end within a line', { lines: [patient('a'), patient('b').slice(0, -1)] }, DamagedDownloadError],
    ['less than gzip says', { gzip: true, before: ['cut packed', 'cut packed'] }, DamagedDownloadError],
  ] as const)('with %s is refused, and nothing of it stays', async (_, how, error) => {
    await bulk.serve({ pages: [[{ ...PATIENTS, ...how }]] });
    await expect(bulk.run()).rejects.toThrow(error);
    expect(await bulk.visible()).toEqual(['log.ndjson']);
    expect((await readdir(bulk.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('that a server does not give for ten minutes is an error', async () => {
    const start = bulk.clock.now();
    await bulk.serve({ pages: [[{ ...PATIENTS, before: new Array<number>(2000).fill(503) }]] });
    await expect(bulk.run()).rejects.toThrow('503');
    expect(bulk.clock.now() - start).toBeGreaterThan(60_000);
    expect(bulk.clock.now() - start).toBeLessThanOrEqual(10 * 60_000);
  });
});

test('the log has every event that pipelines read, with its details', async () => {
  const { url } = await bulk.serve({
    pages: [[PATIENTS, { kind: 'deleted', type: 'Bundle', lines: ['{}'] }]],
    polls: [{ status: 202, progress: '50%', retryAfter: '1' }],
  });
  await bulk.run({ level: { kind: 'group', id: 'g' }, types: ['Patient'] }, {});
  const events = await bulk.logged();
  for (const { timestamp } of events) expect(timestamp).toMatch(/^\d{4}-.*Z$/);
  const details = (eventId: string) =>
    events.filter((event) => event.eventId === eventId).map(({ eventDetail }) => eventDetail);
  expect(details('kickoff')).toMatchObject([
    {
      logVersion: '2',
      exportUrl: `${url}/Group/g/$export?_type=Patient`,
      errorCode: null,
      errorBody: null,
      softwareName: 'Guide',
      softwareVersion: '3.0.0',
      softwareReleaseDate: '2025-11-19',
      fhirVersion: '4.0.1',
      requestParameters: { _type: 'Patient' },
      responseHeaders: { 'content-location': expect.any(String) },
    },
  ]);
  expect(details('status_progress')).toEqual([{ body: null, xProgress: '50%', retryAfter: '1' }]);
  const transactionTime = '2026-01-02T03:04:05.678Z';
  expect(details('status_page_complete')).toEqual([
    { transactionTime, outputFileCount: 1, deletedFileCount: 1, errorFileCount: 0 },
  ]);
  expect(details('manifest_complete')).toEqual([
    {
      transactionTime,
      totalOutputFileCount: 1,
      totalDeletedFileCount: 1,
      totalErrorFileCount: 0,
      totalManifests: 1,
    },
  ]);
  expect(details('status_complete')).toEqual([{ transactionTime }]);
  expect(details('download_request')).toContainEqual({
    fileUrl: expect.stringContaining('/files/0/1/1'),
    itemType: 'deleted',
    resourceType: 'Bundle',
  });
  const size = PATIENTS.lines.join('').length + 2;
  expect(details('download_complete')).toContainEqual({
    fileUrl: expect.stringContaining('/files/0/0/1'),
    resourceCount: 2,
    fileSize: size,
  });
  expect(details('export_complete')).toEqual([
    { files: 2, resources: 3, bytes: size + 3, attachments: 0, duration: expect.any(Number) },
  ]);
});
