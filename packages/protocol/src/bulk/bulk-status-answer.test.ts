import { describe, expect, test } from '@jest/globals';
import type { CompletedManifest, ExportRecord } from '@millrace/export';
import { exportUrls } from '../http/urls.js';
import { bulkStatusAnswer } from './bulk-status-answer.js';
import { pageAtEnd, pageSoFar } from './bulk-page.js';
import type { BulkPage } from './bulk-page.js';
import type { BulkRequest } from './bulk-request.js';

const ID = 'a'.repeat(32);
const urls = exportUrls('https://sof.example/fhir', ID);
const FILES = `https://sof.example/fhir/export/${ID}/files`;
const EXPIRES = '2026-06-02T12:00:10.000Z';

const file = (name: string, rows: number) => ({
  name,
  key: name,
  rows,
  bytes: 10 * rows,
  sha256: 's',
  etag: 'e',
});
const output = (name: string, ...files: ReturnType<typeof file>[]) => ({ name, engine: 'copy', files });

const MANIFEST: CompletedManifest = {
  schemaVersion: 1,
  exportId: ID,
  tenant: 't',
  client: 'c',
  writtenBy: 'w',
  acceptedAt: '2026-06-01T12:00:00.000Z',
  endedAt: '2026-06-01T12:00:10.000Z',
  expiresAt: EXPIRES,
  outcome: 'completed',
  skippedLines: 0,
  notices: [],
  outputs: [
    output('Patient', file('Patient.part1.ndjson', 3), file('Patient.part2.ndjson', 2)),
    output('Observation'),
    output('deleted', file('deleted.part1.ndjson', 1)),
  ],
};

const request = (bulk: Partial<BulkRequest['bulk']> = {}, since?: string): BulkRequest => ({
  bulk: { version: 3, request: 'https://sof.example/fhir/$export', level: 'system', ignored: [], ...bulk },
  filter: since === undefined ? undefined : { since },
  subjects: [
    { kind: 'resources', name: 'Patient' },
    { kind: 'resources', name: 'Observation' },
    { kind: 'deletions', name: 'deleted' },
  ],
});

const record = (fields: Partial<ExportRecord>): ExportRecord => ({
  id: ID,
  tenant: 't',
  client: 'c',
  state: 'in-progress',
  acceptedAt: 0,
  startedAt: 0,
  shardsTotal: 4,
  shardsDone: 2,
  bytesTotal: 100,
  bytesRead: 50,
  rowsWritten: 7,
  bytesWritten: 70,
  skippedLines: 0,
  ...fields,
});

const failed = record({
  state: 'failed',
  failure: { status: 500, code: 'exception', diagnostics: 'the source is damaged' },
});
const completed = record({ state: 'completed' });
const page: BulkPage = {
  files: [
    { subject: 0, ...file('Patient.part1.ndjson', 3) },
    { subject: 2, ...file('deleted.part1.ndjson', 1) },
  ],
  outcomes: undefined,
  next: 2,
};
const answer = (of: ExportRecord, asked = request(), manifest = MANIFEST) =>
  bulkStatusAnswer(of, 10_000, urls, asked, manifest);

describe('a poll of a Bulk Data export', () => {
  test('that runs says how far it is and when to come back, without a body', () => {
    expect(answer(record({}))).toEqual({
      status: 202,
      headers: { 'Retry-After': '5', 'X-Progress': '50%, 7 rows written' },
    });
  });

  test('that failed is the error itself, as FHIR', () => {
    const { status, isTyped, headers, body } = answer(failed);
    expect([status, isTyped, headers['Content-Type']]).toEqual([500, true, 'application/fhir+json']);
    expect(body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'exception' }] });
  });

  test('that is completed is the manifest, and says until when the files are kept', () => {
    const { status, headers } = answer(completed);
    expect(status).toBe(200);
    expect(headers).toEqual({ 'Content-Type': 'application/json', Expires: 'Tue, 02 Jun 2026 12:00:10 GMT' });
  });

  test.each([
    ['202 Accepted', record({})],
    ['500 Internal Server Error', failed],
    ['200 OK', completed],
  ])('has the status %s in a header of its own for a client that asks for that', (status, of) => {
    const separate = answer(of, request({ separateStatus: true }));
    expect(separate.status).toBe(200);
    expect(separate.headers['X-Export-Status']).toBe(status);
    expect(answer(of).headers).not.toHaveProperty('X-Export-Status');
  });

  test('that was cancelled, or expired meanwhile, is 404', () => {
    expect(() => answer(record({ state: 'cancelled' }))).toThrow('does not exist');
    expect(() => bulkStatusAnswer(completed, 0, urls, request(), undefined)).toThrow('does not exist');
  });
});

describe('a page of a manifest', () => {
  const PAGES = { ...MANIFEST, pages: 2 };
  const stored = {
    schemaVersion: 1 as const,
    exportId: ID,
    page: 1,
    first: 0,
    end: 1,
    files: [...page.files],
    named: [1],
  };
  const link = [{ relation: 'next', url: `https://sof.example/fhir/export/${ID}/bulk-status/2` }];

  test('is in the 202 of an export that runs, with the link to the next one', () => {
    const { status, headers, body } = bulkStatusAnswer(
      record({}),
      10_000,
      urls,
      request(),
      undefined,
      undefined,
      page,
    );
    expect([status, headers['Content-Type'], headers['Retry-After']]).toEqual([202, 'application/json', '5']);
    expect(body).toMatchObject({
      transactionTime: '1970-01-01T00:00:00.000Z',
      output: [{ type: 'Patient', url: `${FILES}/Patient.part1.ndjson`, count: 3 }],
      error: [],
      link,
    });
  });

  test('is the same at the end, in the form of the version that was asked for', () => {
    const before = { page: 1, next: 2 };
    for (const version of [3, 4] as const) {
      const asked = request(
        { version, ignored: [{ parameter: 'foo', why: 'it is unknown' }] },
        '2026-01-01T00:00:00Z',
      );
      const atEnd = pageAtEnd(PAGES, asked, before.page, stored);
      expect(atEnd).toEqual(pageSoFar(stored, true));
      const { status, body } = bulkStatusAnswer(completed, 0, urls, asked, MANIFEST, undefined, atEnd);
      expect(status).toBe(200);
      expect(body).toMatchObject({ link, deleted: [{ url: `${FILES}/deleted.part1.ndjson` }] });
      expect(pageAtEnd(PAGES, asked, 2, undefined)).toMatchObject({
        files: [],
        outcomes: { severities: [{ count: 1 }] },
      });
      expect(pageAtEnd(PAGES, asked, 3, undefined)).toBeUndefined();
    }
  });

  test('has no link when it is the last one, and there is one without files where nothing was found', () => {
    expect(pageSoFar(stored, false).next).toBeUndefined();
    expect(pageAtEnd(PAGES, request(), 1, stored)).toEqual(pageSoFar(stored, false));
    expect(pageAtEnd(PAGES, request(), 2, undefined)).toBeUndefined();
    const nothing = { files: [], outcomes: undefined, next: undefined };
    expect(pageAtEnd({ ...MANIFEST, pages: 0 }, request(), 0, undefined)).toEqual(nothing);
    expect(() => pageAtEnd(PAGES, request(), 1, undefined)).toThrow('is gone');
  });
});

describe('a manifest of version 3', () => {
  const item = (type: string, name: string, count: number) => ({
    type,
    url: `${FILES}/${name}`,
    count,
    extension: { 'urn:millrace:fhir:extension:export-file': { bytes: 10 * count, sha256: 's' } },
  });

  test('lists the files of each type, and nothing of a type without resources', () => {
    expect(answer(completed).body).toEqual({
      transactionTime: '2026-06-01T12:00:00.000Z',
      request: 'https://sof.example/fhir/$export',
      requiresAccessToken: false,
      output: [item('Patient', 'Patient.part1.ndjson', 3), item('Patient', 'Patient.part2.ndjson', 2)],
      error: [],
    });
  });

  test('lists deletions where the client asked since when', () => {
    expect(answer(completed, request({}, '2026-01-01T00:00:00Z')).body).toMatchObject({
      deleted: [item('Bundle', 'deleted.part1.ndjson', 1)],
    });
  });

  test('lists the file of what was passed over and noticed', () => {
    const noticed = { ...MANIFEST, notices: [{ kind: 'skipped-line' as const, diagnostics: 'lines' }] };
    const asked = request({ ignored: [{ parameter: 'foo', why: 'it is unknown' }] });
    expect(answer(completed, asked, noticed).body).toMatchObject({
      error: [{ type: 'OperationOutcome', url: `${FILES}/outcomes.part1.ndjson`, count: 2 }],
    });
  });
});

describe('a manifest of version 4', () => {
  test('has no request, leaves out empty lists but output, and tells sizes', () => {
    const { body } = answer(completed, request({ version: 4 }));
    expect(Object.keys(body as object)).toEqual([
      'manifestType',
      'transactionTime',
      'requiresAccessToken',
      'outputFormat',
      'output',
      'deleted',
    ]);
    expect(body).toMatchObject({
      outputFormat: 'application/fhir+ndjson',
      output: [{ type: 'Patient', count: 3, fileSize: 30 }, { type: 'Patient' }],
      deleted: [{ url: `${FILES}/deleted.part1.ndjson`, count: 1, fileSize: 10 }],
    });
    const nothing = { ...MANIFEST, outputs: MANIFEST.outputs.map((one) => ({ ...one, files: [] })) };
    expect(answer(completed, request({ version: 4 }), nothing).body).toMatchObject({ output: [] });
    expect(answer(completed, request({ version: 4 }), nothing).body).not.toHaveProperty('deleted');
  });

  test('counts outcomes by their severity', () => {
    const ignored = ['a', 'b'].map((parameter) => ({ parameter, why: 'it is unknown' }));
    const notices = [{ kind: 'no-rows' as const, diagnostics: 'no input holds Observation' }];
    const { body } = answer(completed, request({ version: 4, ignored }), { ...MANIFEST, notices });
    expect(body).toMatchObject({
      outcome: [
        {
          url: `${FILES}/outcomes.part1.ndjson`,
          count: 3,
          fileSize: expect.any(Number),
          countSeverity: [
            { code: 'warning', count: 2 },
            { code: 'information', count: 1 },
          ],
        },
      ],
    });
    expect(body).not.toHaveProperty('error');
  });
});
