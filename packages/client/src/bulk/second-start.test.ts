import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FolderInUseError } from '../errors.js';
import { exportBulk } from './export-bulk.js';
import { createBulkRuns, patient, PATIENTS, type BulkRuns } from '../testing/bulk-runs.js';

let bulk: BulkRuns;
beforeEach(async () => {
  bulk = await createBulkRuns();
});
afterEach(async () => {
  expect(await bulk.end()).toEqual([]);
});

describe('a second start in the same folder', () => {
  test('goes on with the same export, and downloads what is missing or not whole', async () => {
    const { jobs, requests } = await bulk.serve({
      pages: [[PATIENTS, { ...PATIENTS, lines: [patient('c')] }, { ...PATIENTS, before: [404, 404] }]],
    });
    await expect(bulk.run()).rejects.toThrow('404');
    await truncate(join(bulk.folder, 'Patient.001.ndjson'), 3);
    // A crash may leave part of a line.
    await appendFile(join(bulk.folder, '.millrace-export'), '{"entry":"dow');
    const before = requests.length;

    const { files } = await bulk.run();

    expect(jobs.size).toBe(1);
    expect(
      requests
        .slice(before)
        .filter((request) => request.includes('/files/'))
        .sort(),
    ).toEqual(['GET /files/0/1/3', 'GET /files/0/2/3']);
    expect(files).toHaveLength(3);
    const ids = new Set((await bulk.logged()).map(({ exportId }) => exportId));
    expect(ids.size).toBe(1);
  });

  test('goes on after a token had expired', async () => {
    const { jobs } = await bulk.serve({ pages: [[PATIENTS]], polls: [{ status: 401, code: 'login' }] });
    await expect(bulk.run()).rejects.toThrow('the server says login');
    await bulk.run();
    expect(jobs.size).toBe(1);
  });

  test('begins another export after one that failed between its pages', async () => {
    const { jobs } = await bulk.serve({ pages: [[PATIENTS], [PATIENTS]], failsAtPage: 1 });
    await expect(bulk.run()).rejects.toThrow('the server says exception');
    await expect(bulk.run()).rejects.toThrow('the server says exception');
    expect(jobs.size).toBe(2);
    expect(await bulk.visible()).toEqual(['Patient.000.ndjson', 'log.ndjson']);
  });

  test('after the end asks for nothing', async () => {
    const { requests } = await bulk.serve({ pages: [[PATIENTS]] });
    const first = await bulk.run();
    const before = requests.length;
    expect(await bulk.run()).toEqual({ ...first, wasFinished: true });
    expect(requests).toHaveLength(before);
  });

  test('of another request is refused', async () => {
    await bulk.serve({ pages: [[PATIENTS]] });
    await bulk.run();
    await expect(bulk.run({ types: ['Patient'] })).rejects.toThrow(
      /has the export of another request, which is complete: http.*\$export;/,
    );
  });

  test('is refused while the first one runs', async () => {
    await bulk.serve({ pages: [[PATIENTS]], polls: [{ status: 202 }] });
    let second: Promise<unknown> | undefined;
    await bulk.run(
      {},
      {
        progress: () => {
          second = bulk.run().catch((error: unknown) => error);
        },
      },
    );
    expect(await second).toBeInstanceOf(FolderInUseError);
  });

  test('takes over the lock of a process that is no more', async () => {
    await bulk.serve({ pages: [[PATIENTS]] });
    await writeFile(join(bulk.folder, '.millrace-lock'), '999999999\n');
    expect((await bulk.run()).files).toHaveLength(1);
  });
});

describe('a folder whose export never began', () => {
  test.each([
    ['because it was refused', { busy: [{ status: 400 }] }],
    ['because it was cancelled', { polls: [{ status: 202 }] }],
  ])('%s takes another request', async (_, script) => {
    const interrupt = new AbortController();
    await bulk.serve({ pages: [[PATIENTS]], ...script });
    const options = { signal: interrupt.signal, progress: () => interrupt.abort() };
    await expect(bulk.run({ types: ['Pateint'] }, options)).rejects.toThrow();
    expect((await bulk.run({ types: ['Patient'] })).files).toHaveLength(1);
    expect((await bulk.run({ types: ['Patient'] })).wasFinished).toBe(true);
  });

  test('because the server was not reached takes another server', async () => {
    const closed = await bulk.serve({ pages: [[PATIENTS]] });
    const { url } = await bulk.serve({ pages: [[PATIENTS]] });
    const order = { level: { kind: 'system' } } as const;
    const { clock, folder } = bulk;
    await expect(exportBulk({ server: closed.url, order, folder }, { clock })).rejects.toThrow(
      'ECONNREFUSED',
    );
    expect((await exportBulk({ server: url, order, folder }, { clock })).files).toHaveLength(1);
  });
});

test('what is no folder is refused before anything is asked for', async () => {
  const { requests, url } = await bulk.serve({ pages: [[PATIENTS]] });
  const file = join(bulk.folder, 'file');
  await writeFile(file, '');
  for (const folder of [file, join(file, 'below')]) {
    const order = { level: { kind: 'system' } } as const;
    await expect(exportBulk({ server: url, order, folder })).rejects.toThrow(
      /is no folder, or is below a file/,
    );
  }
  expect(requests).toEqual([]);
});

test('a folder with files that are not of this export is refused', async () => {
  const { requests } = await bulk.serve({ pages: [[PATIENTS]] });
  await writeFile(join(bulk.folder, '1.Patient.ndjson'), '');
  await expect(bulk.run()).rejects.toThrow(/1\.Patient\.ndjson/);
  expect(requests).toEqual([]);
});

test('an interrupt cancels the export on the server, and the next start begins another', async () => {
  const polls = Array.from({ length: 3 }, () => ({ status: 202 }));
  const { jobs } = await bulk.serve({ pages: [[PATIENTS]], polls });
  const interrupt = new AbortController();
  const running = bulk.run({}, { signal: interrupt.signal, progress: () => interrupt.abort() });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect([...jobs.values()].map(({ isDeleted }) => isDeleted)).toEqual([true]);
  await bulk.run();
  expect(jobs.size).toBe(2);
  expect(await bulk.linesOf('Patient.000.ndjson')).toEqual(PATIENTS.lines);
});
