import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TokenOriginError, UnansweredKickOffError } from '../errors.js';
import { createBulkRuns, patient, PATIENTS, type BulkRuns } from '../testing/bulk-runs.js';
import type { BulkOrder } from './bulk-order.js';

let bulk: BulkRuns;
beforeEach(async () => {
  bulk = await createBulkRuns();
});
afterEach(async () => {
  expect(await bulk.end()).toEqual([]);
});

const EVERYTHING: Partial<BulkOrder> = {
  level: { kind: 'group', id: 'g' },
  since: '2026-01-01T00:00:00Z',
  until: '2026-02-01T00:00:00Z',
  types: ['Patient', 'Observation'],
  elements: ['id', 'Patient.name'],
  typeFilters: ['Observation?category=laboratory', 'Patient?active=true'],
  associatedData: ['LatestProvenanceResources', '_custom'],
  patients: ['a', 'Patient/b'],
  allowPartialManifests: true,
};

describe('a kick-off', () => {
  test('with associated data and no patients is a GET', async () => {
    const { requests } = await bulk.serve({ pages: [[]] });
    await bulk.run({ associatedData: ['LatestProvenanceResources'], until: '2026-02-01T00:00:00Z' });
    expect(requests[1]).toBe(
      'GET /fhir/$export?_until=2026-02-01T00%3A00%3A00Z&includeAssociatedData=LatestProvenanceResources',
    );
  });

  test('for patients is a POST with Parameters', async () => {
    const { requests, bodies } = await bulk.serve({ pages: [[PATIENTS]] });
    await bulk.run(EVERYTHING);
    expect(requests[1]).toBe('POST /fhir/Group/g/$export');
    expect(bodies).toEqual([
      {
        resourceType: 'Parameters',
        parameter: [
          { name: '_type', valueString: 'Patient,Observation' },
          { name: '_since', valueInstant: '2026-01-01T00:00:00Z' },
          { name: '_until', valueInstant: '2026-02-01T00:00:00Z' },
          { name: '_elements', valueString: 'id,Patient.name' },
          { name: '_typeFilter', valueString: 'Observation?category=laboratory' },
          { name: '_typeFilter', valueString: 'Patient?active=true' },
          { name: 'includeAssociatedData', valueCode: 'LatestProvenanceResources' },
          { name: 'includeAssociatedData', valueCode: '_custom' },
          { name: 'allowPartialManifests', valueBoolean: true },
          { name: 'patient', valueReference: { reference: 'Patient/a' } },
          { name: 'patient', valueReference: { reference: 'Patient/b' } },
        ],
      },
    ]);
  });

  test.each([
    ['beside version 3', { v4: 'beside' }, 'POST /fhir/Group/g/$export-v4'],
    ['in its place', { v4: 'only' }, 'POST /fhir/Group/g/$export'],
  ] as const)('of version 4, of a server that has it %s, repeats parameters', async (_, script, asked) => {
    const { requests, bodies } = await bulk.serve({ pages: [[PATIENTS]], ...script });
    await bulk.run({ ...EVERYTHING, version: 4, patients: undefined });
    expect(requests).toContain(asked);
    expect(bodies).toEqual([
      {
        resourceType: 'Parameters',
        parameter: [
          { name: '_type', valueString: 'Patient' },
          { name: '_type', valueString: 'Observation' },
          { name: '_since', valueInstant: '2026-01-01T00:00:00Z' },
          { name: '_until', valueInstant: '2026-02-01T00:00:00Z' },
          { name: '_elements', valueString: 'id' },
          { name: '_elements', valueString: 'Patient.name' },
          { name: '_typeFilter', valueString: 'Observation?category=laboratory' },
          { name: '_typeFilter', valueString: 'Patient?active=true' },
          {
            name: 'includeAssociatedData',
            valueCoding: {
              system: 'http://hl7.org/fhir/uv/bulkdata/CodeSystem/include-associated-data',
              code: 'LatestProvenanceResources',
            },
          },
          { name: 'includeAssociatedData', valueCoding: { code: '_custom' } },
          { name: 'allowPartialManifests', valueBoolean: true },
        ],
      },
    ]);
  });

  test('names no patient in the log or in the journal, and tells patients apart all the same', async () => {
    await bulk.serve({ pages: [[PATIENTS]] });
    const order: Partial<BulkOrder> = { level: { kind: 'patient' }, patients: ['secret-1', 'b'] };
    await bulk.run(order);
    const written = await Promise.all(
      ['log.ndjson', '.millrace-export'].map((name) => readFile(join(bulk.folder, name), 'utf8')),
    );
    expect(written.join('')).not.toContain('secret-1');
    expect((await bulk.run({ ...order, patients: ['b', 'Patient/secret-1'] })).wasFinished).toBe(true);
    await expect(bulk.run({ ...order, patients: ['b'] })).rejects.toThrow(/for 2 patient\(s\), SHA-256/);
  });
});

describe('a kick-off without an answer', () => {
  const lost = { status: 0, drop: true };

  test.each([
    ['gets the same export by its key', true, 1],
    ['may begin a second one of a server without keys, which is said', false, 2],
  ])('is sent again: it %s', async (_, knowsKeys, jobs) => {
    const served = await bulk.serve({ pages: [[PATIENTS]], busy: [lost, { status: 502 }], knowsKeys });
    const failures: unknown[] = [];
    await bulk.run({}, { triedAgain: (failure) => failures.push(failure) });
    expect(served.jobs.size).toBe(jobs);
    expect(failures[0]).toBeInstanceOf(UnansweredKickOffError);
    expect(String(failures[0])).toMatch(/got no answer: .*an export may have begun all the same/);
  });

  test('for a minute is an error, after which the next start asks by the same key', async () => {
    const busy = Array.from({ length: 20 }, () => ({ status: 504 }));
    const start = bulk.clock.now();
    const { requests } = await bulk.serve({ pages: [[PATIENTS]], busy: [lost, ...busy], knowsKeys: false });
    await expect(bulk.run()).rejects.toThrow(UnansweredKickOffError);
    expect(bulk.clock.now() - start).toBeLessThanOrEqual(60_000);
    expect(requests.length).toBeGreaterThan(5);
    const ids = async () => new Set((await bulk.logged()).map(({ exportId }) => exportId));
    const before = await ids();
    await bulk.serve({ pages: [[PATIENTS]] });
    await writeFile(
      join(bulk.folder, '.millrace-export'),
      (await readFile(join(bulk.folder, '.millrace-export'), 'utf8')).replace(
        /127\.0\.0\.1:\d+/,
        new URL(bulk.url()).host,
      ),
    );
    await bulk.run();
    expect(await ids()).toEqual(before);
  });

  test('that is interrupted says whether an export may run', async () => {
    await bulk.serve({ pages: [[PATIENTS]], busy: [lost] });
    const interrupt = new AbortController();
    const heard: unknown[] = [];
    const running = bulk.run(
      {},
      {
        signal: interrupt.signal,
        triedAgain: () => interrupt.abort(),
        interrupted: ({ kind }) => heard.push(kind),
      },
    );
    await expect(running).rejects.toThrow(UnansweredKickOffError);
    expect(heard).toEqual(['unanswered']);
  });
});

describe('a manifest of version 4', () => {
  const pages = [
    [
      { ...PATIENTS, fileSize: PATIENTS.lines.join('\n').length + 1 },
      { kind: 'error', type: 'OperationOutcome', lines: ['{}'] },
    ],
  ] as const;

  test('has outcomes in place of errors, and the sizes of files', async () => {
    await bulk.serve({ pages, v4: 'only' });
    const { files } = await bulk.run({ version: 4 });
    expect(files.map(({ path }) => path)).toEqual([
      'Patient.000.ndjson',
      'error/OperationOutcome.000.ndjson',
    ]);
  });

  test('of another size refuses its file', async () => {
    await bulk.serve({ pages: [[{ ...PATIENTS, fileSize: 7 }]], v4: 'only' });
    await expect(bulk.run({ version: 4 })).rejects.toThrow(/has bytes \d+; the manifest says 7/);
  });

  test('may have the size of a file as it is sent', async () => {
    const lines = Array.from({ length: 100 }, () => patient('a'));
    const fileSize = gzipSync(lines.map((line) => `${line}\n`).join('')).length;
    await bulk.serve({ pages: [[{ type: 'Patient', lines, gzip: true, fileSize }]], v4: 'only' });
    expect((await bulk.run({ version: 4 })).files).toHaveLength(1);
  });
});

describe('the token', () => {
  const script = { pages: [[PATIENTS]], token: 't', requiresAccessToken: true, elsewhere: true };

  test('is not sent to files at another origin, and the error names it', async () => {
    const { requests } = await bulk.serve(script);
    await expect(bulk.run({}, { token: 't' })).rejects.toThrow(TokenOriginError);
    expect(requests.filter((request) => request.includes('/files/'))).toEqual([]);
  });

  test('is sent there when that origin is named', async () => {
    const { url } = await bulk.serve({ ...script, mayHaveToken: true });
    const tokenOrigins = [url.replace('127.0.0.1', 'localhost')];
    expect((await bulk.run({}, { token: 't', tokenOrigins })).files).toHaveLength(1);
  });

  test('is not sent to a page at another origin', async () => {
    await bulk.serve({ ...script, pages: [[], []], requiresAccessToken: false });
    await expect(bulk.run({}, { token: 't' })).rejects.toThrow(/localhost.* needs the access token/);
  });

  test('is no hindrance to files at another origin that need none', async () => {
    await bulk.serve({ ...script, requiresAccessToken: false });
    expect((await bulk.run({}, { token: 't' })).files).toHaveLength(1);
  });
});
