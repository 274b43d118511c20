import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRedisJobStore } from '@millrace/jobstore';
import { CACHE_FOLDER, startLocalRedis } from '@millrace/local-stack';
import type { ServerProcess } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { setStage } from '@millrace/jobstore/contract';

let folder: string;
let server: ServerProcess;
let redis: RedisClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-full-redis-'));
  // Its own: others must not see it full.
  server = await startLocalRedis({ dataFolder: folder, cacheFolder: CACHE_FOLDER });
  redis = createRedisConnection(server.url, 'request');
  await untilReady(redis, 5_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a full Redis gives no step to a worker that could not keep it, and no attempt is spent', async () => {
  const jobs = createRedisJobStore({ redis, prefix: '{full}', limits: { tenantSteps: 4 } });
  const stage = await setStage(jobs);
  await stage.plan(2);
  await jobs.registerWorker({ id: 'w1', slots: 4, forMs: 60_000 });
  await jobs.dispatch(10);

  await redis.config('SET', 'maxmemory', '1mb');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(stage.claim('shard-0', { maxAttempts: 1 })).rejects.toThrow('OOM');
  }
  await redis.config('SET', 'maxmemory', '0');
  expect(await stage.claim('shard-0', { maxAttempts: 1 })).toMatchObject({ kind: 'claimed', attempt: 1 });
});

test('a full Redis answers polls, and none of them is too often', async () => {
  const jobs = createRedisJobStore({ redis, prefix: '{full-polls}' });
  const stage = await setStage(jobs);
  await stage.accept();
  await redis.config('SET', 'maxmemory', '1mb');
  const by = { tenant: 'default', client: 'anonymous' };
  for (let times = 0; times < 5; times += 1) {
    const polled = await jobs.poll(stage.id, by, { burst: 2, factor: 1, untoldMs: 1e9 });
    expect(polled).toMatchObject({ isTooOften: false, record: { state: 'accepted' } });
  }
  await redis.config('SET', 'maxmemory', '0');
});
