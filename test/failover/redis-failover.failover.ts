import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../until.js';
import { SLOWLY_IN_CUTS } from '../e2e/slowly.js';
import { oracleRows, oracleView, writeObservations } from '../e2e/source-data.js';
import { startTestStack } from '../e2e/test-stack.js';
import { totalsOf } from '../e2e/read-totals.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import { startCluster, startSentinelSet } from './redis-sets.js';
import type { RedisSet } from './redis-sets.js';

const observation = oracleView('Observation');
const LIMIT_MS = 300_000;

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-failover-'));
  data = await mkdtemp(join(folder, 'data-'));
  await writeObservations(data, 8e6);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A shard is being worked on and has committed something. */
async function isInTheMiddle({ primary }: RedisSet, prefix: string): Promise<true | undefined> {
  for (const key of await primary.client.keys(`${prefix}:x:*:s:shard-*`)) {
    const [state, cuts] = await primary.client.hmget(key, 'state', 'cuts');
    if (state === 'running' && Number(cuts) >= 1) return true;
  }
  return undefined;
}

async function outlivesItsPrimary(redis: RedisSet, prefix: string): Promise<void> {
  const environment = { ...SLOWLY_IN_CUTS, ...redis.environment, REDIS_PREFIX: prefix };
  await using stack = await startTestStack({ data, workers: 2, environment });
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });
  await until(() => isInTheMiddle(redis, prefix), 'a running shard with a cut');

  process.kill(redis.primary.pid, 'SIGKILL');
  const promoted = await redis.promoted();
  expect(Number(await promoted.client.zcard(`${prefix}:over`))).toBe(0);

  const { outputs } = await download(statusUrl, 150_000);
  expect(rowsIn(outputs.get('observations'))).toEqual(await oracleRows(observation, data));
  expect(Number(await promoted.client.zcard(`${prefix}:over`))).toBe(1);
  expect(await totalsOf(stack.api)).toMatchObject({ started: 1, ended: { completed: 1 }, running: 0 });
}

test(
  'an export whose primary is killed goes on with the replica that Sentinels promote, and every row is there once',
  async () => {
    await using redis = await startSentinelSet(folder);
    await outlivesItsPrimary(redis, '{sentinel-failover}');
  },
  LIMIT_MS,
);

test(
  'an export whose cluster node is killed goes on with the replica that the others elect, and every row is there once',
  async () => {
    const prefix = '{cluster-failover}';
    await using redis = await startCluster(folder, prefix);
    await outlivesItsPrimary(redis, prefix);
  },
  LIMIT_MS,
);
