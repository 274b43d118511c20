import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DATA_FOLDER, oracleRows, oracleView } from './source-data.js';
import { startStack, until } from './stack.js';
import { download, kickOff } from './wire.js';

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-shutdown-'));
  const observations = await readFile(join(DATA_FOLDER, 'Observation.ndjson'), 'utf8');
  await writeFile(
    join(data, 'Observation.ndjson'),
    observations.repeat(Math.ceil(12e6 / observations.length)),
  );
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

test('a worker that is told to end hands its shards back: no attempt is spent, and no row is lost', async () => {
  const observation = oracleView('Observation');
  const environment = {
    ENGINE: 'fhirpath',
    ENGINE_THREADS: '1',
    CUT_BYTES: '500000',
    // A single spent attempt would fail the export, and a lease that is not given back would outlast the test.
    MAX_ATTEMPTS: '1',
    LEASE: '10m',
  };
  await using stack = await startStack({ data, workers: 1, environment });
  const statusUrl = await kickOff(stack.baseUrl, { views: [observation.view], format: 'ndjson' });
  for (const least of [5, 40]) {
    await until(async () => {
      const poll = await fetch(statusUrl, { redirect: 'manual' });
      await poll.arrayBuffer();
      if (poll.status !== 202)
        throw new Error(`the export was over (${poll.status}) before a worker was ended`);
      return Number.parseInt(poll.headers.get('x-progress') ?? '', 10) >= least ? true : undefined;
    }, `the export to reach ${least} %`);
    const [worker] = stack.workers.splice(0);
    worker?.kill('SIGTERM');
    expect(await worker?.exited).toBe(0);
    expect(worker?.log()).toContain('shard handed back');
    await stack.addWorker();
  }
  const { outputs } = await download(statusUrl, 60_000);
  const rows = (outputs.get('observations') ?? []).flatMap(({ body }) =>
    body
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  );
  expect(rows).toEqual(await oracleRows(observation, data));
}, 150_000);
