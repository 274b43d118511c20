import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { openLine } from '@millrace/chaos';
import type { Line } from '@millrace/chaos';
import { CACHE_FOLDER, startLocalRedis } from '@millrace/local-stack';
import type { LocalStack, ServerProcess } from '@millrace/local-stack';
import { Redis } from 'ioredis';
import { until } from '../until.js';
import { SLOWLY_IN_CUTS } from './slowly.js';
import { oracleRows, oracleView, writeObservations } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

const observation = oracleView('Observation');

let folder: string;
let data: string;
const servers: ServerProcess[] = [];
const clients: Redis[] = [];
const lines: Line[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-lost-writes-'));
  data = await mkdtemp(join(folder, 'data-'));
  await writeObservations(data, 12e6);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(lines.splice(0).map((line) => line.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function startRedis(): Promise<{ server: ServerProcess; client: Redis; port: number }> {
  const server = await startLocalRedis({
    dataFolder: await mkdtemp(join(folder, 'redis-')),
    cacheFolder: CACHE_FOLDER,
  });
  const client = new Redis(server.url);
  client.on('error', () => undefined);
  servers.push(server);
  clients.push(client);
  return { server, client, port: Number(new URL(server.url).port) };
}

async function expectEveryRowOnce(statusUrl: string): Promise<void> {
  const { outputs } = await download(statusUrl, 90_000);
  expect(rowsIn(outputs.get('observations'))).toEqual(await oracleRows(observation, data));
}

const logs = (stack: LocalStack): string => stack.workers.flatMap((worker) => worker.lines()).join('\n');

/** The step hash of a shard that is being worked on and has at least this many cuts. */
async function shardWithCuts(
  redis: Redis,
  prefix: string,
  least: number,
): Promise<{ key: string; cuts: number }> {
  return until(async () => {
    for (const key of await redis.keys(`${prefix}:x:*:s:shard-*`)) {
      const [state, cuts] = await redis.hmget(key, 'state', 'cuts');
      if (state === 'running' && Number(cuts) >= least) return { key, cuts: Number(cuts) };
    }
    return undefined;
  }, `a running shard with ${least} cuts`);
}

test('a replica that is promoted without the last writes: nobody commits twice, and every row is there once', async () => {
  const primary = await startRedis();
  const replica = await startRedis();
  await replica.client.replicaof('127.0.0.1', primary.port);
  await until(async () => {
    const info = await replica.client.info('replication');
    return info.includes('master_link_status:up');
  }, 'the replica to follow');
  const line = await openLine({ port: primary.port });
  lines.push(line);
  const prefix = '{lost-failover}';
  const environment = {
    ...SLOWLY_IN_CUTS,
    REDIS_URL: `redis://127.0.0.1:${line.port}`,
    REDIS_PREFIX: prefix,
  };
  await using stack = await startTestStack({ data, workers: 2, environment });
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });

  const before = await shardWithCuts(primary.client, prefix, 1);
  // The replica stands still while the primary goes on acknowledging.
  process.kill(replica.server.pid, 'SIGSTOP');
  await until(
    async () => Number(await primary.client.hget(before.key, 'cuts')) > before.cuts,
    'a cut that the replica does not see',
  );
  process.kill(primary.server.pid, 'SIGKILL');
  process.kill(replica.server.pid, 'SIGCONT');
  await replica.client.replicaof('NO', 'ONE');
  line.leadTo(replica);

  await expectEveryRowOnce(statusUrl);
  expect(Number(await replica.client.zcard(`${prefix}:over`))).toBe(1);
}, 180_000);

test('a commit that was acknowledged and then forgotten, with the claim kept, is refused to go on and done again', async () => {
  const { client, server } = await startRedis();
  const prefix = '{lost-commit}';
  const environment = { ...SLOWLY_IN_CUTS, REDIS_URL: server.url, REDIS_PREFIX: prefix };
  await using stack = await startTestStack({ data, workers: 1, environment });
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });

  const { key, cuts } = await shardWithCuts(client, prefix, 1);
  const offset = await client.hget(key, 'offset');
  await until(async () => Number(await client.hget(key, 'cuts')) > cuts, 'one more cut');
  await client
    .multi()
    .hset(key, { cuts: String(cuts), offset: offset ?? '' })
    .ltrim(key.replace(':s:', ':p:'), 0, cuts - 1)
    .exec();

  await expectEveryRowOnce(statusUrl);
  expect(logs(stack)).not.toContain('"export ended","outcome":"failed"');
}, 180_000);
