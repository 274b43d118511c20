import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ExpectedRows } from '../oracle/expected-rows.js';
import { unlistedKeys } from './check-listing.js';
import { checkRound } from './check-round.js';
import type { DownloadedFile, ExportSeen, RoundSeen, Sighting } from './round-seen.js';
import type { StoredManifest } from './stored-manifest.js';

const EXPECTED: ExpectedRows = new Map([
  ['people', { ndjson: ['{"id":1}', '{"id":2}', '{"id":3}'], csv: [] }],
]);
const PARTS = ['{"id":1}\n{"id":2}\n', '{"id":3}\n'];

function completed(id: string, parts: readonly string[] = PARTS): ExportSeen {
  const files: DownloadedFile[] = parts.map((text, index) => ({
    output: 'people',
    name: `people.part${index + 1}.ndjson`,
    sha256: createHash('sha256').update(text).digest('hex'),
    text,
  }));
  const listed = files.map(({ name, sha256 }, index) => ({ name, sha256, rows: 1, key: keyOf(id, index) }));
  return {
    id,
    operation: 'views',
    outputs: ['people'],
    format: 'ndjson',
    source: 'default',
    cancel: 'never',
    isOver: true,
    mayFail: false,
    sightings: [sighting('completed'), sighting('completed', 'api 2')],
    afterCancel: [],
    stillServed: [],
    files,
    manifest: { exportId: id, outcome: 'completed', outputs: [{ name: 'people', files: listed }] },
  };
}

function cancelled(id: string): ExportSeen {
  const manifest: StoredManifest = { exportId: id, outcome: 'cancelled' };
  return { ...completed(id, []), cancel: 'answered', sightings: [sighting('gone')], manifest };
}

/** An export of resources that was removed after it had completed. */
function removed(id: string): ExportSeen {
  const gone = sighting('gone');
  return {
    ...completed(id, []),
    operation: 'bulk',
    cancel: 'answered',
    sightings: [sighting('completed'), gone, sighting('gone', 'api 2')],
    afterCancel: [gone],
    manifest: undefined,
  };
}

function keyOf(id: string, index: number): string {
  return `default/${id}/shard-0/1-a/${index}.ndjson`;
}

function sighting(state: Sighting['state'], from = 'api 1'): Sighting {
  return { from, state, result: '' };
}

function round(...exports: ExportSeen[]): RoundSeen {
  const keys = exports.flatMap(({ id, manifest, operation }) => [
    ...((manifest === undefined && operation === 'bulk') || manifest?.outcome === 'cancelled'
      ? []
      : [`default/${id}/request.json`]),
    ...(manifest ? [`default/${id}/manifest.json`] : []),
    ...(manifest?.outcome === 'completed'
      ? manifest.outputs.flatMap(({ files }) => files.map(({ key }) => key))
      : []),
  ]);
  return { exports, keys: new Set(keys), listedBefore: new Map(), oddAnswers: [], unruly: [] };
}

function broken(seen: RoundSeen): string[] {
  return checkRound(seen, EXPECTED).flatMap(({ problems }) => problems);
}

describe('a round', () => {
  test('in which an export completes and another is cancelled keeps all promises', () => {
    expect(broken(round(completed('e1'), cancelled('e2')))).toEqual([]);
  });

  test.each([
    ['a doubled row', [...PARTS, '{"id":3}\n'], /4 rows instead of 3 \(0 missing, 1 doubled, 0 foreign/],
    ['a missing row', ['{"id":1}\n', '{"id":3}\n'], /2 rows instead of 3 \(1 missing, 0 doubled/],
    ['a foreign row', ['{"id":1}\n{"id":2}\n{"id":3}\n{"id":4}\n'], /1 foreign/],
    ['rows in another order', [...PARTS].reverse(), /first difference at row 0/],
    ['no file', [], /has no file/],
  ])('with %s breaks its promise', (_, parts, problem) => {
    expect(broken(round(completed('e1', parts)))).toEqual([expect.stringMatching(problem)]);
  });

  test('in which a key is listed by two exports breaks its promise', () => {
    const thief = completed('e2');
    const seen = round(completed('e1'), {
      ...thief,
      manifest: { ...completed('e1').manifest, exportId: 'e2' } as StoredManifest,
    });
    expect(broken({ ...seen, keys: new Set([...seen.keys, 'default/e2/manifest.json']) })).toContain(
      `${keyOf('e1', 0)} is listed by export e1 and by export e2`,
    );
  });

  test('in which a key of a round before is listed again breaks its promise', () => {
    const seen = { ...round(completed('e1')), listedBefore: new Map([[keyOf('e1', 0), 'e0']]) };
    expect(broken(seen)).toEqual([`${keyOf('e1', 0)} is listed by export e0 and by export e1`]);
  });

  test('in which a listed object is not stored breaks its promise', () => {
    const seen = round(completed('e1'));
    const keys = new Set([...seen.keys].filter((key) => key !== keyOf('e1', 1)));
    expect(broken({ ...seen, keys })).toEqual([`export e1 lists ${keyOf('e1', 1)}, which is not stored`]);
  });

  test('in which a download differs from the manifest breaks its promise', () => {
    const seen = completed('e1');
    const files = seen.files.map((file) => ({ ...file, sha256: 'other' }));
    expect(broken(round({ ...seen, files }))[0]).toMatch(/has other bytes than its manifest says/);
  });

  test('in which an export does not end breaks its promise', () => {
    const { manifest: _, ...open } = completed('e1');
    expect(broken(round({ ...open, manifest: undefined, isOver: false, sightings: [], files: [] }))).toEqual([
      'export e1 did not end',
    ]);
  });

  test('in which an export has no manifest, or two, breaks its promise', () => {
    const seen = round(completed('e1'));
    const without = new Set([...seen.keys].filter((key) => !key.endsWith('manifest.json')));
    const twice = new Set([...seen.keys, 'other/e1/manifest.json']);
    expect(broken({ ...seen, keys: without })).toContain('export e1 has 0 manifests');
    expect(broken({ ...seen, keys: twice })).toContain('export e1 has 2 manifests');
  });

  test('in which an outcome changes breaks its promise', () => {
    const seen = { ...completed('e1'), sightings: [sighting('completed'), sighting('failed', 'api 2')] };
    expect(broken(round(seen))).toContain('export e1 was completed on api 1, then failed on api 2');
  });

  test('in which a cancelled export runs on somewhere breaks its promise', () => {
    const running = [sighting('running', 'api 2')];
    const seen = { ...cancelled('e1'), sightings: [...running, sighting('gone')], afterCancel: running };
    expect(broken(round(seen))).toContain(
      'export e1 was running on api 2 after its DELETE was answered with 202',
    );
  });

  test('in which an export of resources is removed, before its end or after it, keeps all promises', () => {
    const stopped: ExportSeen = { ...cancelled('e1'), operation: 'bulk' };
    expect(broken(round(stopped, removed('e2')))).toEqual([]);
    expect(broken(round({ ...removed('e3'), cancel: 'tried' }))).toEqual([]);
  });

  test('in which a removed export is still seen, sent or stored breaks its promise', () => {
    const late = sighting('completed', 'api 2');
    const seen: ExportSeen = {
      ...removed('e1'),
      sightings: [sighting('gone'), late],
      afterCancel: [sighting('gone'), late],
    };
    expect(broken(round(seen))).toEqual(
      expect.arrayContaining([
        'export e1 was completed on api 2 after its DELETE was answered with 202',
        'export e1 was gone on api 1, then completed on api 2',
        'export e1 of the default source is completed',
      ]),
    );
    const kept = round({ ...removed('e2'), stillServed: ['Patient.part1.ndjson'] });
    expect(broken({ ...kept, keys: new Set([keyOf('e2', 0)]) })).toEqual([
      'export e2 was removed, and file Patient.part1.ndjson is still sent',
      `export e2 was removed, and ${keyOf('e2', 0)} is still stored`,
    ]);
  });

  test('in which an export is lost or fails for no reason of its own breaks its promise', () => {
    const lost: ExportSeen = { ...cancelled('e1'), cancel: 'never' };
    expect(broken(round(lost))).toEqual(['export e1 of the default source is gone']);
    const failure = { status: 500, code: 'exception', diagnostics: 'disk full' };
    const failed: ExportSeen = {
      ...completed('e2', []),
      sightings: [sighting('failed')],
      manifest: { exportId: 'e2', outcome: 'failed', failure },
    };
    expect(broken(round(failed))).toEqual(['export e2 of the default source is failed: disk full']);
    expect(broken(round({ ...failed, source: 'damaged' }))).toEqual([]);
  });
});

test('a process that ends by itself, or an answer that is a fault of the server, breaks a promise', () => {
  const seen = { ...round(completed('e1')), oddAnswers: ['500'], unruly: ['worker 1 ended by itself'] };
  expect(broken(seen)).toEqual(['500', 'worker 1 ended by itself']);
});

test('objects that no manifest lists are told apart from objects that belong there', () => {
  const seen = round(completed('e1'), cancelled('e2'));
  const leftover = ['default/e1/shard-0/0-z/0.ndjson', 'default/e2/plan.json', 'default/e2/request.json'];
  const keys = new Set([...seen.keys, ...leftover, 'default/other/request.json']);
  expect(unlistedKeys({ ...seen, keys })).toEqual(leftover);
});
