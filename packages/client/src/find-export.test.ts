import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cancelExportAt } from './cancel.js';
import { findExport, pagesFrom } from './find-export.js';
import { createBulkRuns, PATIENTS, type BulkRuns } from './testing/bulk-runs.js';

let bulk: BulkRuns;
beforeEach(async () => {
  bulk = await createBulkRuns();
});
afterEach(async () => {
  expect(await bulk.end()).toEqual([]);
});

const isDeleted = (jobs: ReadonlyMap<string, { readonly isDeleted: boolean }>) =>
  [...jobs.values()].map((job) => job.isDeleted);

describe('the status URL of an export of Bulk Data', () => {
  test.each([
    ['', {}],
    [', in a header of its own', { separateStatus: true }],
  ])('tells how it stands%s', async (_, script) => {
    await bulk.serve({
      pages: [[PATIENTS], [PATIENTS]],
      polls: [
        { status: 202, progress: '10%' },
        { status: 202, progress: '50%', pages: 1 },
      ],
      ...script,
    });
    const url = await bulk.kickOff();
    expect(await findExport(url)).toMatchObject({ kind: 'running', progress: { percent: 10 } });
    const early = await findExport(url);
    expect(early).toMatchObject({ kind: 'running', page: { files: [{ type: 'Patient', count: 2 }] } });
    const found = await findExport(url);
    if (found.kind !== 'resources') throw new Error(found.kind);
    const pages = [];
    for await (const { files } of pagesFrom(found.page)) pages.push(files.length);
    expect(pages).toEqual([1, 1]);
  });

  test.each([
    ['', {}],
    [', in a header of its own', { separateStatus: true }],
  ])('tells why it failed%s', async (_, script) => {
    await bulk.serve({ pages: [[]], failure: { status: 500, code: 'exception' }, ...script });
    await expect(findExport(await bulk.kickOff())).rejects.toThrow('with 500: the server says exception');
  });

  test('may lead to its manifest elsewhere', async () => {
    await bulk.serve({ pages: [[PATIENTS]], seeOther: true });
    expect(await findExport(await bulk.kickOff())).toMatchObject({ kind: 'resources' });
  });

  test('gets the token of its server', async () => {
    const { url } = await bulk.serve({ pages: [[]], token: 't', polls: [{ status: 202 }] });
    const headers = { accept: 'application/fhir+json', prefer: 'respond-async', authorization: 'Bearer t' };
    const kickOff = await fetch(`${url}/$export`, { headers });
    const statusUrl = kickOff.headers.get('content-location') ?? '';
    await expect(findExport(statusUrl)).rejects.toThrow('401');
    expect(await cancelExportAt(statusUrl, { token: 't' })).toEqual({ kind: 'cancelled' });
  });

  test.each([{}, { pages: 1 }])('cancels one that runs, with %j of it given out', async (early) => {
    const { jobs } = await bulk.serve({ pages: [[PATIENTS]], polls: [{ status: 202, ...early }] });
    expect(await cancelExportAt(await bulk.kickOff())).toEqual({ kind: 'cancelled' });
    expect(isDeleted(jobs)).toEqual([true]);
  });

  test.each([{}, { seeOther: true }])(
    'removes one that has completed only if that is said (%j)',
    async (script) => {
      const { jobs } = await bulk.serve({ pages: [[PATIENTS]], ...script });
      const url = await bulk.kickOff();
      expect(await cancelExportAt(url)).toMatchObject({ kind: 'kept' });
      expect(isDeleted(jobs)).toEqual([false]);
      expect(await cancelExportAt(url, { removes: true })).toEqual({ kind: 'removed' });
      expect(isDeleted(jobs)).toEqual([true]);
      await expect(cancelExportAt(url)).rejects.toThrow('404');
    },
  );
});
