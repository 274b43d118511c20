import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { exportBulk } from '@millrace/client';
import { startGuideServer } from '@millrace/client/testing';

const PYTHON = process.env['CUMULUS_PYTHON'] ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'read_with_cumulus.py');

test('Cumulus ETL finds the resources, deletions, group and time of an export in its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-cumulus-'));
  const line = (resourceType: string, id: string): string => JSON.stringify({ resourceType, id });
  const deletion = (url: string): object => ({ request: { method: 'DELETE', url } });
  const server = await startGuideServer({
    polls: [{ status: 503, retryAfter: '0' }],
    pages: [
      [
        { type: 'Patient', lines: [line('Patient', 'a'), line('Patient', 'b')], gzip: true },
        { type: 'Condition', lines: [line('Condition', 'c')] },
        {
          kind: 'deleted',
          type: 'Bundle',
          lines: [
            JSON.stringify({
              resourceType: 'Bundle',
              type: 'transaction',
              entry: [deletion('Patient/x'), deletion('Condition/y')],
            }),
          ],
        },
        {
          kind: 'error',
          type: 'OperationOutcome',
          lines: ['{"resourceType":"OperationOutcome","issue":[]}'],
        },
      ],
      [{ type: 'Patient', lines: [line('Patient', 'd')], before: ['cut'] }],
    ],
  });
  try {
    const order = {
      level: { kind: 'group', id: 'diabetics' },
      since: '2025-01-01T00:00:00Z',
      allowPartialManifests: true,
    } as const;
    await exportBulk({ server: server.url, order, folder });
    const answer = join(folder, 'found.json');
    await promisify(execFile)(PYTHON, [SCRIPT, folder, answer]);
    expect(JSON.parse(await readFile(answer, 'utf8'))).toEqual({
      types: ['Bundle', 'Condition', 'OperationOutcome', 'Patient'],
      resources: ['Condition/c', 'Patient/a', 'Patient/b', 'Patient/d'],
      deleted: { Patient: ['x'], Condition: ['y'] },
      group: 'diabetics',
      datetime: '2026-01-02T03:04:05.678000+00:00',
      url: `${server.url}/Group/diabetics/$export?_since=2025-01-01T00%3A00%3A00Z&allowPartialManifests=true`,
    });
    expect(server.faults).toEqual([]);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});
