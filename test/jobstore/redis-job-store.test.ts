import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { Redis } from 'ioredis';
import { createRedisJobStore } from '@millrace/jobstore';
import { cut, describeJobStore, setStage } from '@millrace/jobstore/contract';
import { REDIS_URL } from '../redis-url.js';

const prefix = `{t-${randomUUID()}}`;
let redis: Redis;

beforeAll(async () => {
  redis = createRedisConnection(REDIS_URL, 'lease');
  await untilReady(redis, 5_000);
});
afterAll(async () => {
  const keys = await redis.keys(`${prefix}*`);
  for (let at = 0; at < keys.length; at += 1_000) await redis.unlink(keys.slice(at, at + 1_000));
  await redis.quit();
});

async function redisNow(): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

let stores = 0;
describeJobStore('the job store in Redis', (limits = {}) => {
  stores += 1;
  return Promise.resolve({
    jobs: createRedisJobStore({ redis, prefix: `${prefix}:${stores}`, limits }),
    async elapse(ms: number) {
      const end = (await redisNow()) + ms;
      while ((await redisNow()) < end) await delay(1);
    },
    close: () => Promise.resolve(),
  });
});

describe('keys in Redis', () => {
  const keysOf = (id: string) => redis.keys(`${prefix}:x:${id}*`);

  test('an export whose hash somebody has removed is no longer its export of its owner', async () => {
    const jobs = createRedisJobStore({ redis, prefix });
    const owner = { tenant: 'default', client: 'robbed' };
    const stages = [await setStage(jobs, owner), await setStage(jobs, owner)];
    for (const stage of stages) await stage.accept();
    const [removed, left] = stages.map(({ id }) => id);
    await redis.unlink(`${prefix}:x:${removed}`);
    expect((await jobs.ownExports(owner, undefined, 10)).exports.map(({ id }) => id)).toEqual([left]);
    expect(await redis.zrange(`${prefix}:mine:7:default:robbed`, 0, -1)).toEqual([left]);
  });

  test('an export is listed while it lives, and then as over until it expires', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.jobs.create({ id: stage.id, tenant: 'default', client: 'anonymous' });
    const acceptedAt = (await stage.jobs.read(stage.id))?.acceptedAt;
    expect(await redis.zscore(`${prefix}:live`, stage.id)).toBe(String(acceptedAt));
    await stage.jobs.activate(stage.id);
    await stage.jobs.settle(stage.id, { outcome: 'cancelled', endedAt: 7, expiresAt: 9 });
    expect(await redis.zscore(`${prefix}:live`, stage.id)).toBeNull();
    expect(await redis.zscore(`${prefix}:over`, stage.id)).toBe('9');
  });

  test('an export that is over and whose record somebody has removed is forgotten', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix: `${prefix}:removed` }));
    await stage.accept();
    await stage.jobs.settle(stage.id, { outcome: 'cancelled', endedAt: 7, expiresAt: 9 });
    await redis.unlink(`${prefix}:removed:x:${stage.id}`);
    expect(await stage.jobs.expired(9, 10, 0)).toEqual([]);
    expect(await redis.exists(`${prefix}:removed:over`)).toBe(0);
  });

  test('a discarded export leaves none', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.jobs.create({ id: stage.id, tenant: 'default', client: 'anonymous' });
    await stage.jobs.discard(stage.id);
    expect(await keysOf(stage.id)).toEqual([]);
    expect(await redis.zscore(`${prefix}:live`, stage.id)).toBeNull();
  });

  test('steps and parts go when the export is settled, the rest when it expires', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.finalize();
    expect((await keysOf(stage.id)).length).toBeGreaterThan(3);
    await stage.jobs.settle(stage.id, { outcome: 'completed', endedAt: 7, expiresAt: 9 });
    expect(await keysOf(stage.id)).toEqual([`${prefix}:x:${stage.id}`]);
    await stage.jobs.expire(stage.id);
    expect(await keysOf(stage.id)).toEqual([]);
    expect(await redis.zscore(`${prefix}:over`, stage.id)).toBeNull();
  });

  test('the rest of many steps after settling goes when the export expires', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.accept();
    const lease = await stage.take('plan');
    const shards = 12_000;
    for (let first = 0; first < shards; first += 1_000) {
      const starts = Array.from({ length: 1_000 }, (_, n) => first + n);
      await stage.jobs.planSlice(lease, { first, starts });
    }
    const complete = { stages: [shards], bytesTotal: shards };
    await stage.jobs.planSlice(lease, { first: shards, starts: [], complete });
    await stage.jobs.settle(stage.id, { outcome: 'cancelled', endedAt: 7, expiresAt: 9 });
    const left = await keysOf(stage.id);
    expect(left.length).toBeGreaterThan(1);
    expect(left.length).toBeLessThan(shards / 2);
    expect(await stage.jobs.expire(stage.id)).toBe(true);
    expect(await keysOf(stage.id)).toEqual([]);
  });

  test('shards that only an abandoned plan had go as well', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.accept();
    const lease = await stage.take('plan');
    await stage.jobs.planSlice(lease, { first: 0, starts: [0, 1, 2, 3] });
    const complete = { stages: [1], bytesTotal: 1 };
    await stage.jobs.planSlice(lease, { first: 0, starts: [0], complete });
    await stage.jobs.settle(stage.id, { outcome: 'failed', endedAt: 7, expiresAt: 9 });
    expect(await keysOf(stage.id)).toEqual([`${prefix}:x:${stage.id}`]);
  });

  test('a hash that no version writes is reported with its key', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.accept();
    await redis.hset(`${prefix}:x:${stage.id}`, 'state', 'dancing');
    await expect(stage.jobs.read(stage.id)).rejects.toMatchObject({
      name: 'CorruptStoreError',
      message: expect.stringContaining(stage.id),
    });
  });
});

describe('the totals of exports', () => {
  const none = { completed: 0, failed: 0, cancelled: 0, unknown: 0 };

  test('take in exports of a version that did not count, and end those whose record is gone as unknown', async () => {
    const own = `${prefix}:uncounted`;
    const jobs = createRedisJobStore({ redis, prefix: own });
    const stages = [await setStage(jobs), await setStage(jobs), await setStage(jobs)];
    for (const stage of stages) await stage.accept();
    await redis.unlink(`${own}:totals`);
    expect(await jobs.exportTotals()).toEqual({ started: 3, ended: none, running: 3 });
    const [, removed, ended] = stages.map(({ id }) => id);
    await redis.unlink(`${own}:x:${removed}`);
    await jobs.mend(10);
    await jobs.settle(ended ?? '', { outcome: 'failed', endedAt: 1, expiresAt: 2 });
    const ends = { ...none, failed: 1, unknown: 1 };
    expect(await jobs.exportTotals()).toEqual({ started: 3, ended: ends, running: 1 });
    expect(await jobs.exportTotals()).toEqual({ started: 3, ended: ends, running: 1 });
  });
});

describe('tokens', () => {
  test('follow the clock of Redis, and the token before when the clock is behind it', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.plan(1);
    const before = await redisNow();
    const lease = await stage.take('shard-0');
    expect(Number(lease.token)).toBeGreaterThanOrEqual(before);

    const ahead = String(before + 3_600_000);
    await redis.hset(`${prefix}:x:${stage.id}:s:shard-0`, { token: ahead, lease: '0' });
    expect((await stage.take('shard-0')).token).toBe(String(before + 3_600_001));
  });

  test('keep all their digits', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.plan(1);
    await redis.hset(`${prefix}:x:${stage.id}:s:shard-0`, { token: '9007199254740000' });
    expect((await stage.take('shard-0')).token).toBe('9007199254740001');
  });
});

describe('a Redis that has forgotten the scripts', () => {
  test('is given them again', async () => {
    const stage = await setStage(createRedisJobStore({ redis, prefix }));
    await stage.plan(1);
    const lease = await stage.take('shard-0');
    await redis.script('FLUSH');
    expect(await stage.jobs.commitPart(lease, cut(0, 0, 50))).toMatchObject({ kind: 'committed' });
  });
});

describe('the schema version', () => {
  test('is claimed in an empty store, and known afterwards', async () => {
    const own = `${prefix}:own`;
    const store = createRedisJobStore({ redis, prefix: own });
    await store.checkSchema();
    await store.checkSchema();
    expect(await redis.get(`${own}:schema`)).toBe('2');
  });

  test('of another service is refused and left as it is', async () => {
    const own = `${prefix}:other`;
    await redis.set(`${own}:schema`, '3');
    await expect(createRedisJobStore({ redis, prefix: own }).checkSchema()).rejects.toThrow(
      /version "3".*version "2"/,
    );
    expect(await redis.get(`${own}:schema`)).toBe('3');
  });
});
