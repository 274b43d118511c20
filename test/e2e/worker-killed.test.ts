import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DATA_FOLDER, oracleRows, oracleView } from './source-data.js';
import { startStack, until } from './stack.js';
import { download, kickOff } from './wire.js';

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-killed-'));
  const observations = await readFile(join(DATA_FOLDER, 'Observation.ndjson'), 'utf8');
  const copies = Math.ceil(24e6 / observations.length);
  await writeFile(join(data, 'Observation.ndjson'), observations.repeat(copies));
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

test('an export whose workers are killed in the middle completes, with every row once and in order', async () => {
  const observation = oracleView('Observation');
  // fhirpath.js is the slow engine, so that there is a middle; short leases, so that the rest goes on soon.
  const environment = {
    ENGINE: 'fhirpath',
    ENGINE_THREADS: '1',
    SHARD_BYTES: '8000000',
    CUT_BYTES: '500000',
    LEASE: '1s',
    LEASE_MARGIN: '200ms',
  };
  await using stack = await startStack({ data, workers: 2, environment });
  const statusUrl = await kickOff(stack.baseUrl, { views: [observation.view], format: 'ndjson' });

  for (const least of [5, 30]) {
    await until(async () => {
      const poll = await fetch(statusUrl, { redirect: 'manual' });
      await poll.arrayBuffer();
      if (poll.status !== 202)
        throw new Error(`the export was over (${poll.status}) before a worker was killed`);
      const percent = Number.parseInt(poll.headers.get('x-progress') ?? '', 10);
      return percent >= least ? true : undefined;
    }, `the export to reach ${least} %`);
    const victims = stack.workers.splice(0);
    for (const victim of victims) victim.kill('SIGKILL');
    await Promise.all(victims.map(({ exited }) => exited));
    await stack.addWorker();
  }

  const { outputs } = await download(statusUrl);
  const files = outputs.get('observations') ?? [];
  const rows = files.flatMap(({ body }) =>
    body
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown),
  );
  expect(rows).toEqual(await oracleRows(observation, data));
}, 120_000);
