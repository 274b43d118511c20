import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SLOWLY } from './slowly.js';
import { oracleRows, oracleView, writeObservations } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn, untilProgress } from './wire.js';

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-shutdown-'));
  await writeObservations(data, 12e6);
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

test('a worker that is told to end hands its shards back: no attempt is spent, and no row is lost', async () => {
  const observation = oracleView('Observation');
  const environment = {
    ...SLOWLY,
    CUT_BYTES: '500000',
    // A single spent attempt would fail the export, and a lease that is not given back would outlast the test.
    MAX_ATTEMPTS: '1',
    LEASE: '10m',
  };
  await using stack = await startTestStack({ data, workers: 0, environment });
  let worker = await stack.startWorker();
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });
  for (const least of [5, 40]) {
    await untilProgress(statusUrl, least);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe('code 0');
    expect(worker.lines().join('\n')).toContain('shard handed back');
    worker = await stack.startWorker();
  }
  const { outputs } = await download(statusUrl, 60_000);
  expect(rowsIn(outputs.get('observations'))).toEqual(await oracleRows(observation, data));
}, 150_000);
