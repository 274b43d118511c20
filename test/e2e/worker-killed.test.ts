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
  data = await mkdtemp(join(tmpdir(), 'millrace-killed-'));
  await writeObservations(data, 24e6);
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

test('an export whose workers are killed in the middle completes, with every row once and in order', async () => {
  const observation = oracleView('Observation');
  const environment = {
    ...SLOWLY,
    SHARD_BYTES: '8000000',
    CUT_BYTES: '500000',
    // Short, so that the rest goes on soon.
    LEASE: '1s',
    LEASE_MARGIN: '200ms',
  };
  await using stack = await startTestStack({ data, workers: 2, environment });
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });

  for (const least of [5, 30]) {
    await untilProgress(statusUrl, least);
    await Promise.all(stack.workers.map((worker) => worker.end('SIGKILL')));
    await stack.startWorker();
  }

  const { outputs } = await download(statusUrl);
  expect(rowsIn(outputs.get('observations'))).toEqual(await oracleRows(observation, data));
}, 120_000);
