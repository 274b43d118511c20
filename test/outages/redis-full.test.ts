import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStack } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { SLOWLY_IN_CUTS } from '../e2e/slowly.js';
import { oracleRows, oracleView, writeObservations } from '../e2e/source-data.js';
import { download, kickOff, rowsIn, untilProgress } from '../e2e/wire.js';
import { until } from '../until.js';
import { observe, report } from './observed.js';
import type { Observed } from './observed.js';
import { AROUND_MS, OUTAGE_MS } from './outage-length.js';

/** Less than any Redis with something in it uses. */
const FULL = '1mb';

let data: string;
let stack: LocalStack;
let redis: RedisClient;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-full-'));
  await writeObservations(data, 12e6);
  // Its own Redis: others must not see it full.
  stack = await startStack({ data, environment: SLOWLY_IN_CUTS });
  redis = createRedisConnection(stack.redisUrl, 'request');
  await untilReady(redis, 5_000);
}, AROUND_MS);
afterAll(async () => {
  redis.disconnect();
  await stack[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

async function setLimit(memory: string): Promise<void> {
  await redis.config('SET', 'maxmemory', memory);
}

/** What a service did until it told that Redis is back, and a little longer. */
async function untilBack(look: () => Promise<Observed>): Promise<Observed> {
  await until(async () => (await look()).lines.includes('info dependency back'), 'Redis to be back');
  await wait(1_000);
  return look();
}

test(
  'an idle worker whose Redis is full tells the loss and the return, and nothing else, and neither it nor the API is ready',
  async () => {
    let operationsUrl = '';
    const worker = await stack.startWorker({}, (line) => {
      operationsUrl = /"operations":"([^"]+)"/.exec(line)?.[1] ?? operationsUrl;
    });
    await setLimit(FULL);
    const look = await observe(worker);
    await wait(OUTAGE_MS);
    const outage = await look();
    for (const operations of [operationsUrl, stack.api.operationsUrl]) {
      const readiness = await fetch(`${operations}/readyz`);
      expect(await readiness.json()).toMatchObject({ checks: { redis: expect.stringContaining('OOM') } });
      expect(readiness.status).toBe(503);
    }
    const told = () => stack.api.service.lines().filter((line) => line.includes('"watchdog":"redis-memory"'));
    await until(async () => told().length > 0, 'the API to tell that Redis is nearly full');
    const metrics = await (await fetch(`${stack.api.operationsUrl}/metrics`)).text();
    expect(Number(/^millrace_redis_memory_ratio\{.*\} (.+)$/m.exec(metrics)?.[1])).toBeGreaterThan(1);
    const lookAfter = await observe(worker);
    await setLimit('0');
    const after = await untilBack(lookAfter);
    expect(told()).toHaveLength(1);
    report('idle worker, Redis full', { ...outage, lines: [...outage.lines, ...after.lines] });
    await worker.end('SIGKILL');

    expect(outage.lines).toEqual(['error dependency lost']);
    expect(after.lines.filter((line) => !line.startsWith('info shard'))).toEqual(['info dependency back']);
  },
  AROUND_MS + OUTAGE_MS,
);

test(
  'an idle worker whose Redis wants another password tells that, and nothing else',
  async () => {
    const worker = await stack.startWorker();
    const look = await observe(worker);
    await redis.config('SET', 'requirepass', 'another');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await wait(OUTAGE_MS);
    const outage = await look();
    const lookAfter = await observe(worker);
    await redis.config('SET', 'requirepass', '');
    const after = await untilBack(lookAfter);
    report('idle worker, Redis wants a password', { ...outage, lines: [...outage.lines, ...after.lines] });
    await worker.end('SIGKILL');

    // A connection may be lost before the next one is told of the password.
    const told = outage.lines.filter((line) => line !== 'error dependency needs an operator');
    expect(told).toEqual(['error dependency lost']);
    expect(outage.lines.length).toBeLessThan(3);
    expect(after.lines).toEqual(['info dependency back']);
  },
  AROUND_MS + OUTAGE_MS,
);

test(
  'exports that run while Redis is full complete afterwards, and workers and API tell little of it',
  async () => {
    const observation = oracleView('Observation');
    const workers = [await stack.startWorker(), await stack.startWorker()];
    const request = { views: [observation.view], format: 'ndjson' };
    const statusUrls = [
      await kickOff(stack.api.fhirUrl, request),
      await kickOff(stack.api.fhirUrl, request),
      await kickOff(stack.api.fhirUrl, request),
    ];
    await untilProgress(statusUrls[0] ?? '', 5);
    await setLimit(FULL);
    const looks = await Promise.all([...workers, stack.api.service].map(observe));
    const until = performance.now() + OUTAGE_MS;
    while (performance.now() < until) {
      await Promise.all(statusUrls.map((url) => fetch(url).then((answer) => answer.arrayBuffer())));
      await wait(500);
    }
    const seen = await Promise.all(looks.map((look) => look()));
    await setLimit('0');

    for (const [index, observed] of seen.entries()) {
      report(`${index < workers.length ? `worker ${index + 1}` : 'API'} under load, Redis full`, observed);
      expect(observed.lines.length).toBeLessThan(15);
      expect(observed.lines.filter((line) => line === 'error dependency lost').length).toBeLessThan(2);
    }
    const expected = await oracleRows(observation, data);
    for (const statusUrl of statusUrls) {
      const { outputs } = await download(statusUrl);
      expect(rowsIn(outputs.get('observations'))).toEqual(expected);
    }
  },
  2 * AROUND_MS + OUTAGE_MS,
);
