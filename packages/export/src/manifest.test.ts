import { describe, expect, test } from '@jest/globals';
import { manifestSchema } from './manifest.js';

const STORED_BEFORE = {
  schemaVersion: 1,
  exportId: '5f0c',
  tenant: 'default',
  client: 'anonymous',
  writtenBy: 'n1',
  acceptedAt: '2026-11-20T10:00:00.000Z',
  endedAt: '2026-11-20T10:00:40.400Z',
  expiresAt: '2026-11-21T10:00:40.400Z',
  outcome: 'completed',
  outputs: [],
  skippedLines: 3,
};

describe('a manifest', () => {
  test('of a version without notices is read as one that has none', () => {
    expect(manifestSchema.parse(STORED_BEFORE)).toEqual({ ...STORED_BEFORE, notices: [] });
  });

  test('may have outputs without files: of resources of which there are none', () => {
    const outputs = [{ name: 'Patient', engine: 'copy', files: [] }];
    expect(manifestSchema.parse({ ...STORED_BEFORE, outputs })).toMatchObject({ outputs });
  });

  test('keeps its notices', () => {
    const manifest = {
      ...STORED_BEFORE,
      notices: [{ kind: 'other-type', diagnostics: 'Bundle in Patient.ndjson', count: 2 }],
    };
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
  });
});
