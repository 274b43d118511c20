import { describe, expect, test } from '@jest/globals';
import type { CompletedManifest, ExportRecord, ExportRequest, Notice } from '@millrace/export';
import type { Parameters } from '@millrace/fhir';
import { ProtocolError } from '../errors/errors.js';
import { kickOffAnswer } from '../kick-off/kick-off-answer.js';
import { cancelAnswer, keptAnswer } from './ending-answers.js';
import { failureAnswer, pendingResultAnswer, resultAnswer } from './result-answer.js';
import { statusAnswer } from './status-answer.js';
import { readPreferences } from '../http/preferences.js';
import { exportUrls } from '../http/urls.js';

const ACCEPTED = Date.parse('2026-11-20T10:00:00Z');
const STATUS = 'https://sof.example/fhir/export/5f0c/status';
const urls = exportUrls('https://sof.example/fhir/', '5f0c');

const subjects = ['bp', 'people'].map((name) => ({ kind: 'view' as const, name, view: {} }));
const request: ExportRequest = {
  schemaVersion: 1,
  id: '5f0c',
  tenant: 'default',
  client: 'anonymous',
  operation: 'sql-export',
  acceptedAt: '2026-11-20T10:00:00.000Z',
  clientTrackingId: 'nightly-7',
  format: 'parquet',
  header: true,
  source: 'main',
  fhirVersion: 'R4',
  subjects,
};

function record(fields: Partial<ExportRecord> = {}): ExportRecord {
  return {
    id: '5f0c',
    tenant: 'default',
    client: 'anonymous',
    state: 'in-progress',
    acceptedAt: ACCEPTED,
    startedAt: ACCEPTED + 1000,
    shardsTotal: 4,
    shardsDone: 1,
    bytesTotal: 8_000_000_000,
    bytesRead: 2_000_000_000,
    rowsWritten: 3_000_000_000,
    bytesWritten: 5_000_000_000,
    skippedLines: 0,
    ...fields,
  };
}

const manifest: CompletedManifest = {
  schemaVersion: 1,
  exportId: '5f0c',
  tenant: 'default',
  client: 'anonymous',
  writtenBy: 'n1',
  outcome: 'completed',
  acceptedAt: '2026-11-20T10:00:00.000Z',
  startedAt: '2026-11-20T10:00:01.000Z',
  endedAt: '2026-11-20T10:00:40.400Z',
  expiresAt: '2026-11-21T10:00:40.400Z',
  skippedLines: 0,
  notices: [],
  outputs: [
    { name: 'people', engine: 'codegen', files: [file('people.part1.parquet', 0)] },
    {
      name: 'bp',
      engine: 'codegen',
      files: [file('bp.part1.parquet', 10), file('bp.part2.parquet', 3_000_000_000)],
    },
  ],
};

function file(name: string, rows: number) {
  return { name, key: `k/${name}`, rows, bytes: rows * 2, sha256: 'ab'.repeat(32), etag: 'e' };
}

describe('a kick-off', () => {
  test('is answered with 202, the status URL and the accepted export', () => {
    expect(kickOffAnswer(request, urls, readPreferences('respond-async'))).toEqual({
      status: 202,
      headers: {
        'Content-Type': 'application/fhir+json',
        'Content-Location': STATUS,
        'Preference-Applied': 'respond-async',
      },
      body: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'exportId', valueString: '5f0c' },
          { name: 'clientTrackingId', valueString: 'nightly-7' },
          { name: 'status', valueCode: 'accepted' },
          { name: 'location', valueUri: STATUS },
          { name: 'cancelUrl', valueUri: STATUS },
          { name: '_format', valueCode: 'parquet' },
          { name: 'exportStartTime', valueInstant: '2026-11-20T10:00:00.000Z' },
        ],
      },
    });
  });
});

describe('a kick-off with a preferred body', () => {
  const answerFor = (prefer: string) => kickOffAnswer(doubted, urls, readPreferences(prefer));
  const doubted: ExportRequest = {
    ...request,
    notices: [{ kind: 'view', diagnostics: 'misspelt', expression: 'subject[0]' }],
  };

  test('has none when it is to be minimal', () => {
    expect(answerFor('respond-async, return=minimal')).toEqual({
      status: 202,
      headers: { 'Content-Location': STATUS, 'Preference-Applied': 'respond-async, return=minimal' },
    });
  });

  test('is told in an OperationOutcome, with its doubts', () => {
    const { headers, body } = answerFor('respond-async, return=OperationOutcome');
    expect(headers).toMatchObject({
      'Content-Type': 'application/fhir+json',
      'Preference-Applied': 'respond-async, return=OperationOutcome',
    });
    expect(body).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'information',
          code: 'informational',
          diagnostics: `export 5f0c is accepted; its status is at ${STATUS}`,
        },
        { severity: 'warning', code: 'processing', diagnostics: 'misspelt', expression: ['subject[0]'] },
      ],
    });
  });

  test('is the Parameters as without a preference', () => {
    expect(answerFor('respond-async, return=representation').body).toEqual(answerFor('respond-async').body);
  });
});

describe('a poll', () => {
  test('while the export runs tells how far it is', () => {
    const counts = record({ filesWritten: 12, latestSubject: 1 });
    const answer = statusAnswer(counts, ACCEPTED + 11_000, urls, request);
    expect(answer).toEqual({
      status: 202,
      headers: {
        'Content-Type': 'application/fhir+json',
        'Retry-After': '15',
        'X-Progress': '25%, 3000000000 rows written',
      },
      body: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'exportId', valueString: '5f0c' },
          { name: 'clientTrackingId', valueString: 'nightly-7' },
          { name: 'status', valueCode: 'in-progress' },
          { name: 'location', valueUri: STATUS },
          { name: 'cancelUrl', valueUri: STATUS },
          { name: 'exportStartTime', valueInstant: '2026-11-20T10:00:00.000Z' },
          { name: 'estimatedTimeRemaining', valueInteger: 30 },
          { name: 'subjectsTotal', valueInteger: 2 },
          { name: 'subjectsDone', valueInteger: 0 },
          { name: 'currentSubject', valueString: 'people' },
          { name: 'shardsTotal', valueInteger: 4 },
          { name: 'shardsDone', valueInteger: 1 },
          { name: 'bytesTotal', valueDecimal: 8_000_000_000 },
          { name: 'bytesRead', valueDecimal: 2_000_000_000 },
          { name: 'rowsWritten', valueDecimal: 3_000_000_000 },
          { name: 'bytesWritten', valueDecimal: 5_000_000_000 },
          { name: 'filesWritten', valueDecimal: 12 },
        ],
      },
    });
  });

  const valuesIn = (fields: Partial<ExportRecord>, names: readonly string[] = ['bp', 'people']) => {
    const asked = { ...request, subjects: subjects.filter(({ name }) => names.includes(name)) };
    const body = statusAnswer(record(fields), ACCEPTED, urls, asked).body as Parameters;
    return Object.fromEntries(
      (body.parameter ?? []).map(({ name, ...value }) => [name, Object.values(value)[0]]),
    );
  };

  test('names no subject before one is written to, unless there is only one', () => {
    expect(valuesIn({})).not.toHaveProperty('currentSubject');
    expect(valuesIn({}, ['bp'])).toMatchObject({ currentSubject: 'bp', subjectsDone: 0, subjectsTotal: 1 });
  });

  test('counts the subjects whose passes are over', () => {
    expect(valuesIn({ shardsDone: 3, subjectsDone: 1 })).toMatchObject({ subjectsDone: 1, subjectsTotal: 2 });
  });

  test('after the last shard counts all subjects as done and names none', () => {
    const values = valuesIn({ shardsDone: 4, latestSubject: 0 });
    expect(values).toMatchObject({ subjectsDone: 2, subjectsTotal: 2 });
    expect(values).not.toHaveProperty('currentSubject');
  });

  test('without its request says nothing of subjects', () => {
    expect(JSON.stringify(statusAnswer(record({ latestSubject: 0 }), ACCEPTED, urls).body)).not.toContain(
      'ubject',
    );
  });

  test.each(['completed', 'failed'] as const)('of a %s export is 303 with an empty body', (state) => {
    const answer = statusAnswer(record({ state }), ACCEPTED, urls);
    expect(answer).toEqual({
      status: 303,
      headers: { Location: 'https://sof.example/fhir/export/5f0c/result' },
    });
  });

  test.each(['preparing', 'cancelled'] as const)('of a %s export is 404', (state) => {
    const poll = () => statusAnswer(record({ state }), ACCEPTED, urls);
    expect(poll).toThrow(ProtocolError);
    expect(poll).toThrow(/does not exist/);
  });

  test('while the outcome is being decided sees the state from before', () => {
    const answer = statusAnswer(record({ state: 'deciding', outcome: 'cancelled' }), ACCEPTED, urls);
    expect(JSON.stringify(answer.body)).toContain('in-progress');
  });

  test('of the result before the end is answered as the status, and says where that is', () => {
    const status = statusAnswer(record(), ACCEPTED, urls);
    expect(pendingResultAnswer(status, urls.status)).toMatchObject({
      status: 202,
      headers: { 'Content-Location': STATUS, 'Retry-After': expect.any(String) },
    });
  });
});

describe('the result', () => {
  test('lists one output per subject in request order, each file with rows, bytes and checksum', () => {
    const answer = resultAnswer(manifest, request, urls);
    const extension = (rows: number) => [
      {
        url: 'urn:millrace:fhir:extension:export-file',
        extension: [
          { url: 'rows', valueDecimal: rows },
          { url: 'bytes', valueDecimal: rows * 2 },
          { url: 'sha256', valueString: 'ab'.repeat(32) },
        ],
      },
    ];
    const location = (name: string, rows: number) => ({
      name: 'location',
      valueUri: `https://sof.example/fhir/export/5f0c/files/${name}`,
      extension: extension(rows),
    });
    expect(answer).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/fhir+json', Expires: 'Sat, 21 Nov 2026 10:00:40 GMT' },
      body: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'exportId', valueString: '5f0c' },
          { name: 'clientTrackingId', valueString: 'nightly-7' },
          { name: 'status', valueCode: 'completed' },
          { name: 'location', valueUri: STATUS },
          { name: 'cancelUrl', valueUri: STATUS },
          { name: '_format', valueCode: 'parquet' },
          { name: 'exportStartTime', valueInstant: '2026-11-20T10:00:00.000Z' },
          { name: 'exportEndTime', valueInstant: '2026-11-20T10:00:40.400Z' },
          { name: 'exportDuration', valueInteger: 40 },
          {
            name: 'output',
            part: [
              { name: 'name', valueString: 'bp' },
              location('bp.part1.parquet', 10),
              location('bp.part2.parquet', 3_000_000_000),
            ],
          },
          {
            name: 'output',
            part: [{ name: 'name', valueString: 'people' }, location('people.part1.parquet', 0)],
          },
        ],
      },
    });
  });

  test('lists skipped and unread data before the outputs', () => {
    const notices: Notice[] = [
      { kind: 'unread-input', diagnostics: '2 files are not read: a.zip, b.zip', count: 2 },
      { kind: 'view', diagnostics: 'no such element', expression: 'subject[0].subjectResource.select[0]' },
    ];
    const { body } = resultAnswer({ ...manifest, notices }, request, urls);
    const told = (body as Parameters).parameter?.filter(({ name }) => name === 'notice');
    expect(told).toEqual([
      {
        name: 'notice',
        part: [
          { name: 'kind', valueCode: 'unread-input' },
          { name: 'diagnostics', valueString: '2 files are not read: a.zip, b.zip' },
          { name: 'count', valueDecimal: 2 },
        ],
      },
      {
        name: 'notice',
        part: [
          { name: 'kind', valueCode: 'view' },
          { name: 'diagnostics', valueString: 'no such element' },
          { name: 'expression', valueString: 'subject[0].subjectResource.select[0]' },
        ],
      },
    ]);
  });

  test('is not made from a manifest that lacks an output', () => {
    expect(() => resultAnswer({ ...manifest, outputs: [] }, request, urls)).toThrow(/lacks output bp/);
  });

  test('of a failed export repeats its reason under its status', () => {
    const failure = { status: 422, code: 'invalid', diagnostics: 'two values', expression: ['subject[0]'] };
    const failed = record({ state: 'failed', failure, expiresAt: ACCEPTED });
    expect(failureAnswer(failed)).toEqual({
      status: 422,
      headers: { 'Content-Type': 'application/fhir+json', Expires: 'Fri, 20 Nov 2026 10:00:00 GMT' },
      body: {
        resourceType: 'OperationOutcome',
        issue: [
          { severity: 'error', code: 'invalid', diagnostics: 'two values', expression: ['subject[0]'] },
        ],
      },
    });
  });

  test.each([
    ['viewdefinition-export', 'view[1]'],
    ['sqlquery-export', 'query[1]'],
    ['sql-export', 'subject[1]'],
    [undefined, 'subject[1]'],
  ])('names a subject as the operation %s does', (operation, expression) => {
    const failure = { status: 422, code: 'invalid', diagnostics: 'two values', expression: ['subject[1]'] };
    expect(failureAnswer(record({ state: 'failed', failure }), operation).body).toMatchObject({
      issue: [{ expression: [expression] }],
    });
    const notices = [{ kind: 'no-rows', diagnostics: 'none', expression: 'subject[1]', count: 1 }] as const;
    const asked = { ...request, operation: operation ?? 'sql-export' };
    expect(JSON.stringify(resultAnswer({ ...manifest, notices: [...notices] }, asked, urls).body)).toContain(
      `"valueString":"${expression}"`,
    );
  });

  test('of a failed export is an OperationOutcome even if its reason is lost or has an unknown code', () => {
    expect(failureAnswer(record({ state: 'failed' }))).toMatchObject({ status: 500 });
    const failure = { status: 500, code: 'out-of-luck', diagnostics: 'x' };
    expect(failureAnswer(record({ state: 'failed', failure })).body).toMatchObject({
      issue: [{ code: 'processing' }],
    });
  });
});

test('a cancellation that comes after the end is told until when there is something, and how to remove it', () => {
  const expiresAt = Date.parse('2026-11-21T10:00:40.400Z');
  const { status, headers, body } = keptAnswer('5f0c', { outcome: 'completed', expiresAt }, urls);
  expect([status, headers['Expires']]).toEqual([202, 'Sat, 21 Nov 2026 10:00:40 GMT']);
  expect(JSON.stringify(body)).toContain('2026-11-21T10:00:40.400Z');
  expect(JSON.stringify(body)).toContain(`DELETE of ${urls.result}`);
});

test('a cancellation is answered with 202', () => {
  expect(cancelAnswer('5f0c')).toMatchObject({ status: 202, body: { issue: [{ severity: 'information' }] } });
});
