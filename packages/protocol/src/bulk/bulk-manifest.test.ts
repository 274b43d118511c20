import { describe, expect, test } from '@jest/globals';
import type { CompletedManifest } from '@millrace/export';
import { exportUrls } from '../http/urls.js';
import { bulkManifest } from './bulk-manifest.js';
import { wholeManifest } from './bulk-page.js';
import type { BulkRequest } from './bulk-request.js';

const ID = 'a'.repeat(32);
const FILES = `https://sof.example/fhir/export/${ID}/files`;

const file = (n: number, more: { readonly continues?: true } = {}) => {
  const name = `blocks.part${n}.ndjson`;
  return { name, key: name, rows: 3, bytes: 30, sha256: 's', etag: 'e', ...more };
};

const MANIFEST: CompletedManifest = {
  schemaVersion: 1,
  exportId: ID,
  tenant: 't',
  client: 'c',
  writtenBy: 'w',
  acceptedAt: '2026-06-01T12:00:00.000Z',
  endedAt: '2026-06-01T12:00:10.000Z',
  expiresAt: '2026-06-02T12:00:10.000Z',
  outcome: 'completed',
  skippedLines: 0,
  notices: [],
  outputs: [
    { name: 'Patient', engine: 'copy', files: [] },
    { name: 'blocks', engine: 'copy', files: [file(1, { continues: true }), file(2)] },
  ],
};

const request = (version: 3 | 4): BulkRequest => ({
  bulk: { version, request: 'r', level: 'system', ignored: [], organizeOutputBy: 'Patient' },
  subjects: [
    { kind: 'resources', name: 'Patient' },
    { kind: 'blocks', name: 'blocks' },
  ],
});

describe.each([3, 4] as const)('a manifest of version %s of output that is organized', (version) => {
  const urls = exportUrls('https://sof.example/fhir', ID);
  const page = wholeManifest(MANIFEST, request(version));
  const manifest = bulkManifest(page, MANIFEST.acceptedAt, request(version), urls);

  test('says by what, and of files no type', () => {
    expect(manifest['outputOrganizedBy']).toBe('Patient');
    expect(manifest['output']).toMatchObject([{ count: 3 }, { count: 3 }]);
    for (const item of manifest['output'] as object[]) expect(item).not.toHaveProperty('type');
  });

  test('says in which file the last block of a file goes on', () => {
    const items = manifest['output'] as { continuesInFile?: string }[];
    expect(items.map(({ continuesInFile }) => continuesInFile)).toEqual([
      `${FILES}/blocks.part2.ndjson`,
      undefined,
    ]);
  });
});
