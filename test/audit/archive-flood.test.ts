import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startTestStack } from '../e2e/test-stack.js';
import { until } from '../until.js';

const MAX_BYTES = 1 << 18;
const UNKNOWN = '0123456789abcdef0123456789abcdef';

test('a flood of requests that are audited leaves room for others within seconds', async () => {
  const data = await mkdtemp(join(tmpdir(), 'millrace-flood-'));
  await writeFile(join(data, 'Patient.ndjson'), '{"resourceType":"Patient","id":"p1"}\n');
  const environment = { AUDIT_MAX_UNARCHIVED_BYTES: String(MAX_BYTES) };
  await using stack = await startTestStack({ data, workers: 1, environment });
  const cancel = () => fetch(`${stack.api.fhirUrl}/export/${UNKNOWN}/status`, { method: 'DELETE' });
  try {
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, cancel));
      return answers.some(({ status }) => status === 503);
    }, 'a full audit log');
    // Sooner than the task is due: it is within a minute, and keeps what is younger than one.
    await until(async () => (await cancel()).status === 404, 'room in the audit log', 30_000);
    expect((await cancel()).status).toBe(404);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}, 120_000);
