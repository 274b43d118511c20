import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createBulkRuns, patient, PATIENTS, type BulkRuns } from '../testing/bulk-runs.js';
import { recogniseExport } from './recognise-export.js';

let bulk: BulkRuns;
beforeEach(async () => {
  bulk = await createBulkRuns();
});
afterEach(async () => {
  expect(await bulk.end()).toEqual([]);
});

describe('the download of an export that somebody else has started', () => {
  test('waits, and leaves the folder that the export itself would leave', async () => {
    const { url } = await bulk.serve({
      pages: [[PATIENTS], [{ kind: 'deleted', type: 'Bundle', lines: ['{}'] }]],
      polls: [{ status: 202, progress: '50%' }, { status: 503 }],
    });
    const statusUrl = await bulk.kickOff('Group/g/$export?_type=Patient&_since=2026-01-01T00:00:00Z');
    const { transactionTime } = await bulk.download(statusUrl);
    expect(transactionTime).toBe('2026-01-02T03:04:05.678Z');
    expect(await bulk.visible()).toEqual(['Patient.000.ndjson', 'deleted', 'log.ndjson']);
    expect(await bulk.linesOf('Patient.000.ndjson')).toEqual(PATIENTS.lines);
    const events = await bulk.logged();
    const kickoff = events.filter(({ eventId }) => eventId === 'kickoff');
    expect(kickoff.map(({ eventDetail }) => eventDetail)).toMatchObject([
      {
        exportUrl: `${url}/Group/g/$export?_type=Patient&_since=2026-01-01T00:00:00Z`,
        softwareName: 'Guide',
        requestParameters: { _type: 'Patient', _since: '2026-01-01T00:00:00Z' },
      },
    ]);
    for (const name of ['status_progress', 'status_error', 'status_complete', 'export_complete'])
      expect(events.map(({ eventId }) => eventId)).toContain(name);
  });

  test('goes on in a second start, with what is missing or not whole', async () => {
    const { requests } = await bulk.serve({
      pages: [[PATIENTS, { ...PATIENTS, lines: [patient('c')] }, { ...PATIENTS, before: [404, 404] }]],
    });
    const statusUrl = await bulk.kickOff();
    await expect(bulk.download(statusUrl)).rejects.toThrow('404');
    await truncate(join(bulk.folder, 'Patient.001.ndjson'), 3);
    const before = requests.length;
    await bulk.download(statusUrl);
    expect(
      requests
        .slice(before)
        .filter((request) => request.includes('/files/'))
        .sort(),
    ).toEqual(['GET /files/0/1/3', 'GET /files/0/2/3']);
    expect((await bulk.logged()).filter(({ eventId }) => eventId === 'kickoff')).toHaveLength(1);
    const after = requests.length;
    expect((await bulk.download(statusUrl)).wasFinished).toBe(true);
    expect(requests).toHaveLength(after);
  });

  test('that is interrupted does not cancel it, and the next start goes on', async () => {
    const polls = Array.from({ length: 3 }, () => ({ status: 202 }));
    const { jobs } = await bulk.serve({ pages: [[PATIENTS]], polls });
    const statusUrl = await bulk.kickOff();
    const interrupt = new AbortController();
    const interrupted = bulk.download(statusUrl, {
      signal: interrupt.signal,
      progress: () => interrupt.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ name: 'AbortError' });
    expect([...jobs.values()].map(({ isDeleted }) => isDeleted)).toEqual([false]);
    expect((await bulk.download(statusUrl)).files).toHaveLength(1);
  });

  test('of an export that failed ends with its reason', async () => {
    await bulk.serve({ pages: [[]], failure: { status: 500, code: 'exception' } });
    await expect(bulk.download(await bulk.kickOff())).rejects.toThrow('the server says exception');
  });

  test('into the folder of another export is refused', async () => {
    await bulk.serve({ pages: [[PATIENTS]] });
    await bulk.run();
    await expect(bulk.download(await bulk.kickOff())).rejects.toThrow('has the export of another request');
  });
});

describe('an export of Bulk Data is recognised', () => {
  test.each([
    ['by its manifest', { pages: [[]] }],
    ['behind a redirect', { pages: [[]], seeOther: true }],
  ])('%s, and earlier polls are told', async (_, script) => {
    await bulk.serve({ ...script, polls: [{ status: 202, progress: '10%' }, { status: 503 }] });
    const recognised = await recogniseExport(await bulk.kickOff(), { clock: bulk.clock });
    expect(recognised).toMatchObject({ kind: 'bulk', polls: [{ xProgress: '10%' }] });
  });

  test('and one that is gone is an error', async () => {
    const { url } = await bulk.serve({ pages: [[]] });
    await expect(recogniseExport(`${url}/jobs/7`, { clock: bulk.clock })).rejects.toThrow('404');
  });
});
