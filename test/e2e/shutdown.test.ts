import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readLogLine } from '@millrace/local-stack';
import { until } from '../until.js';
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
    const told = worker.lines().map((line) => readLogLine(line) as { msg?: string } | undefined);
    expect(told.filter((line) => line?.msg === 'shutting down')).toMatchObject([
      {
        signal: 'SIGTERM',
        inFlight: [{ exportId: statusUrl.split('/').at(-2), step: expect.stringMatching(/^shard-/) }],
      },
    ]);
    worker = await stack.startWorker();
  }
  const { outputs } = await download(statusUrl, 60_000);
  expect(rowsIn(outputs.get('observations'))).toEqual(await oracleRows(observation, data));
}, 150_000);

test('an API that is told to end says which requests it has not answered, and answers them', async () => {
  await using stack = await startTestStack({ data, workers: 0 });
  const { service } = stack.api;
  const headers = { 'Content-Type': 'application/fhir+json', 'Content-Length': '2', Expect: '100-continue' };
  const asked = request(`${stack.api.fhirUrl}/$sql-export`, { method: 'POST', headers });
  asked.flushHeaders();
  await once(asked, 'continue');
  service.signal('SIGTERM');
  const shuttingDown = () => service.lines().find((line) => line.includes('"shutting down"'));
  await until(async () => shuttingDown() !== undefined, 'the signal to be heard');
  const answered = once(asked, 'response');
  asked.end('{}');
  const [answer] = (await answered) as [IncomingMessage];
  expect(answer.statusCode).toBe(400);
  answer.resume();
  expect(await service.ended).toBe('code 0');
  expect(readLogLine(shuttingDown() ?? '')).toMatchObject({
    inFlight: { count: 1, first: [{ method: 'POST', requestId: expect.any(String) }] },
  });
}, 60_000);
