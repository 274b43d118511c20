import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startStack } from '@millrace/local-stack';
import type { ServiceProcess } from '@millrace/local-stack';
import { sampleDataDir } from '@millrace/samples';
import { Redis } from 'ioredis';
import { SLOWLY } from '../e2e/slowly.js';
import { oracleRows, oracleView } from '../e2e/source-data.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';
import { startLoadBalancer } from './load-balancer.js';
import { startSteadyClient } from './steady-client.js';

jest.setTimeout(240_000);

/** A built checkout of another version, whose services are replaced by those of this one. */
const OLD_BUILD = process.env['MILLRACE_OLD_BUILD'];

const observation = oracleView('Observation');
const STOP_MS = 30_000;
/** Long enough that a worker is told to end in the middle, and short enough that exports end all the time. */
const REPEATS = 3;
const CUT_BYTES = '60000';

let folder: string;
let data: string;
let redis: Redis;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-rolling-'));
  data = await mkdtemp(join(folder, 'data-'));
  const sample = await readFile(join(sampleDataDir, 'Observation.ndjson'), 'utf8');
  await writeFile(join(data, 'Observation.ndjson'), sample.repeat(REPEATS));
  redis = new Redis(REDIS_URL);
});
afterAll(async () => {
  redis?.disconnect();
  await rm(folder, { recursive: true, force: true });
});

/** The worker does a shard, has committed something of it, and has more to do. */
async function isInTheMiddle(prefix: string, worker: string): Promise<boolean> {
  for (const key of await redis.keys(`${prefix}:x:*:s:shard-*`)) {
    const [state, owner, cuts] = await redis.hmget(key, 'state', 'worker', 'cuts');
    if (state === 'running' && owner?.startsWith(worker) === true && Number(cuts) >= 1) return true;
  }
  return false;
}

/** Ends a process as an orchestrator does, and says how long it took and what it gave back. */
async function endInOrder(what: string, service: ServiceProcess): Promise<number> {
  const startedAt = performance.now();
  expect(await service.end('SIGTERM', STOP_MS)).toBe(true);
  expect(await service.ended).toBe('code 0');
  const ms = Math.round(performance.now() - startedAt);
  const handedBack = service.lines().filter((line) => line.includes('shard handed back')).length;
  process.stderr.write(`${what}: ended ${ms} ms after SIGTERM, ${handedBack} shards handed back\n`);
  return handedBack;
}

/** Replaces two APIs and two workers, one after the other, while a client exports. */
async function replaceAll(startOldStack: typeof startStack): Promise<void> {
  const prefix = `{rolling-${randomUUID()}}`;
  await using balancer = await startLoadBalancer();
  const environment = {
    ...SLOWLY,
    CUT_BYTES,
    // A single spent attempt would fail an export, and a lease that is not given back would outlast the test.
    MAX_ATTEMPTS: '1',
    LEASE: '10m',
    // As in docker-compose.yml: the load balancer sees that an API is not ready before it stops.
    SHUTDOWN_DELAY: '1s',
    PUBLIC_BASE_URL: balancer.url,
    REDIS_PREFIX: prefix,
    MILLRACE_OUT: await mkdtemp(join(folder, 'out-')),
    LOG_LEVEL: 'debug',
  };
  const terms = { data, redisUrl: REDIS_URL, environment };
  await using old = await startOldStack(terms);
  const oldApis = [old.api, await old.startApi()];
  const oldWorkers = [
    await old.startWorker({ WORKER_NAME: 'old-0' }),
    await old.startWorker({ WORKER_NAME: 'old-1' }),
  ];
  for (const api of oldApis) await balancer.add(api);
  const client = startSteadyClient(`${balancer.url}/fhir`, observation.view);
  await client.more(1);

  let handedBack = 0;
  let replacement: Awaited<ReturnType<typeof startStack>> | undefined;
  try {
    for (const [index, api] of oldApis.entries()) {
      await endInOrder(`API ${index}`, api.service);
      if (replacement === undefined) replacement = await startStack(terms);
      await balancer.add(index === 0 ? replacement.api : await replacement.startApi());

      const worker = oldWorkers[index];
      if (worker === undefined) throw new Error('there is a worker for each API');
      await until(() => isInTheMiddle(prefix, `old-${index}`), `old-${index} to be in the middle of a shard`);
      handedBack += await endInOrder(`worker ${index}`, worker);
      await replacement.startWorker({ WORKER_NAME: `new-${index}` });
    }
    await client.more(1);
    await client.stop();
  } finally {
    await client.stop();
    await replacement?.[Symbol.asyncDispose]();
  }

  process.stderr.write(`${client.answered} requests, ${client.results.length} exports\n`);
  expect(client.failures).toEqual([]);
  expect(handedBack).toBeGreaterThan(0);
  const rows = client.firstRows.trimEnd().split('\n');
  expect(rows.map((line): unknown => JSON.parse(line))).toEqual(await oracleRows(observation, data));
  const digest = createHash('sha256').update(client.firstRows).digest('hex');
  expect(client.results).toEqual(client.results.map(() => digest));
}

test('APIs and workers are replaced one after the other, and a client sees no failed request and every row once', () =>
  replaceAll(startStack));

if (OLD_BUILD === undefined) {
  process.stderr.write('not run: services of another version are replaced (MILLRACE_OLD_BUILD is not set)\n');
} else {
  test('the same where those that are replaced are of another version', async () => {
    const module = resolve(OLD_BUILD, 'packages/local-stack/dist/index.js');
    const { startStack: startOldStack } = (await import(pathToFileURL(module).href)) as {
      startStack: typeof startStack;
    };
    await replaceAll(startOldStack);
  });
}
