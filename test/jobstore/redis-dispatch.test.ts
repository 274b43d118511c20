import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { Redis } from 'ioredis';
import type { DispatchedStep, JobStore } from '@millrace/export';
import { createRedisJobStore } from '@millrace/jobstore';
import { LONG_MS, cut, disk, emptyCut, setStage } from '@millrace/jobstore/contract';
import { REDIS_URL } from '../redis-url.js';

let redis: Redis;
let prefix: string;
let jobs: JobStore;

beforeAll(async () => {
  redis = createRedisConnection(REDIS_URL, 'lease');
  await untilReady(redis, 5_000);
});
afterAll(async () => {
  const keys = await redis.keys('{t-dispatch-*');
  for (let at = 0; at < keys.length; at += 1_000) await redis.unlink(keys.slice(at, at + 1_000));
  await redis.quit();
});
beforeEach(async () => {
  prefix = `{t-dispatch-${randomUUID()}}`;
  jobs = createRedisJobStore({ redis, prefix });
  await jobs.registerWorker({ id: 'w1', slots: 3, forMs: LONG_MS });
});

/** Steps that were sent, whose time is over, and that nobody has taken. */
async function untaken(): Promise<DispatchedStep[]> {
  const { at, steps } = await jobs.sentSteps(100);
  return steps.filter((step) => step.state === 'waiting' && step.doubtedFrom <= at);
}

/** Works on what is dispatched until nothing is, with repairs in between, and says what was done. */
async function workOff(id: string, rounds = 50): Promise<string[]> {
  const done: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await jobs.mend(1_000);
    for (const { exportId, step } of await jobs.dispatch(100)) {
      expect(exportId).toBe(id);
      const claimed = await jobs.claim(
        { exportId, step },
        { nonce: randomUUID(), worker: 'w1', leaseMs: LONG_MS, maxAttempts: 3 },
      );
      if (claimed.kind !== 'claimed') {
        done.push(`${step} ${claimed.kind}`);
        continue;
      }
      done.push(step);
      if (step === 'finalize') return done;
      await jobs.commitShard(claimed.lease, emptyCut(claimed.checkpoint));
    }
  }
  throw new Error(`never finalized: ${done.join(', ')}`);
}

describe('a set that somebody has removed', () => {
  test.each([
    ':queued',
    ':tenants',
    ':o:7:default:anonymous',
    ':clients:default',
    ':sent:7:default:anonymous',
    ':held:7:default:anonymous',
    ':owners',
    ':window',
    ':later',
    ':slots:default',
    ':active:default',
    ':workers',
    ':worker-slots',
    ':capacity',
    ':place',
    ':x:<id>:q',
    ':x:<id>:l',
  ])('%s: every step is done all the same', async (name) => {
    const stage = await setStage(jobs);
    await stage.plan(5, 2);
    const [first, second] = await jobs.dispatch(3);
    const failing = await stage.take(first?.step ?? 'plan');
    await jobs.release(failing, { kind: 'failed', failure: disk, retryMs: 1 });
    const held = await stage.take(second?.step ?? 'plan');
    await redis.del(prefix + name.replace('<id>', stage.id));
    await jobs.mend(1_000);
    // The one that is held keeps its place, and is given to nobody else.
    expect(await redis.zscore(`${prefix}:window`, `${stage.id}/${held.step}`)).not.toBeNull();
    await jobs.commitShard(held, emptyCut({ cuts: 0, offset: 100 }));
    // A message that is lost with the window is one that is silent.
    const silent = await untaken();
    await jobs.resolve({ lost: silent, there: [] });
    await redis.zadd(`${prefix}:window`, 'XX', 0, `${stage.id}/shard-2`);
    await jobs.resolve({ lost: await untaken(), there: [] });
    const done = await workOff(stage.id);
    expect(done.sort()).toEqual([
      'finalize',
      'shard-0',
      'shard-2',
      'shard-3',
      'shard-4',
      'shard-5',
      'shard-6',
    ]);
  });

  test('all of them: every step is done all the same', async () => {
    const stage = await setStage(jobs);
    await stage.plan(5);
    await jobs.dispatch(3);
    for (const key of await redis.keys(`${prefix}*`)) {
      if ((await redis.type(key)) === 'zset' && key !== `${prefix}:live`) await redis.del(key);
    }
    expect(await workOff(stage.id)).toHaveLength(6);
  });

  test('live exports are read in small portions, by several processes at the same time', async () => {
    const stages = [];
    for (let n = 0; n < 3; n += 1) {
      const stage = await setStage(jobs);
      await stage.plan(7);
      stages.push(stage);
      await redis.del(`${prefix}:x:${stage.id}:q`);
    }
    let steps = 0;
    for (let call = 0; call < 10; call += 1) {
      const found = await Promise.all([jobs.mend(3), jobs.mend(3)]);
      steps += found.reduce((sum, mended) => sum + mended.steps, 0);
    }
    expect(steps).toBe(21);
  });
});

describe('a hash that somebody has removed', () => {
  test.each(['plan', 'shard-0', 'shard-4', 'finalize'] as const)(
    'of %s: the worker that takes it learns this, whether or not it was dispatched',
    async (step) => {
      const stage = await setStage(jobs);
      if (step === 'plan') await stage.accept();
      else await stage.plan(step === 'finalize' ? 0 : 5);
      await jobs.dispatch(3);
      await redis.del(`${prefix}:x:${stage.id}:s:${step}`);
      expect(await stage.claim(step)).toEqual({ kind: 'lost' });

      for (const set of ['window', 'queued', `x:${stage.id}:q`]) await redis.del(`${prefix}:${set}`);
      await jobs.mend(100);
      const given = await jobs.dispatch(100);
      expect(given.map((dispatched) => dispatched.step)).toContain(step);
      expect(await stage.claim(step)).toEqual({ kind: 'lost' });
    },
  );

  test('of an export: nothing of it is dispatched, and it is named once', async () => {
    const stage = await setStage(jobs);
    await stage.plan(5);
    await jobs.dispatch(2);
    await redis.del(`${prefix}:x:${stage.id}`);
    expect(await jobs.dispatch(100)).toEqual([]);
    expect(await jobs.mend(100)).toEqual({ steps: 0, lost: [stage.id] });
    expect(await jobs.mend(100)).toEqual({ steps: 0, lost: [] });
    expect(await stage.claim('shard-0')).toEqual({ kind: 'gone' });
    expect(await jobs.backlog()).toEqual({ queued: 0, window: 0, oldestMs: 0 });
  });

  test('of a shard that is done, with its parts: it is not taken for one without output', async () => {
    const stage = await setStage(jobs);
    await stage.plan(1);
    await stage.finish('shard-0');
    await redis.del(`${prefix}:x:${stage.id}:s:shard-0`, `${prefix}:x:${stage.id}:p:shard-0`);
    await expect(jobs.parts(stage.id, ['shard-0'])).rejects.toMatchObject({ name: 'CorruptStoreError' });
  });

  test('of a restored export: earlier workers change nothing, and their output is forgotten', async () => {
    const stage = await setStage(jobs);
    await stage.plan(2);
    const stale = await stage.take('shard-0');
    await jobs.commitPart(stale, cut(0, 0, 50, 'stale.csv'));
    await redis.del(`${prefix}:x:${stage.id}`);
    const lost = { id: stage.id, tenant: 'default', client: 'anonymous', acceptedAt: 1_000 };
    await jobs.restore({ ...lost, state: 'accepted' });
    await stage.take('plan').then(async (lease) => {
      expect(await jobs.heartbeat(stale, LONG_MS)).toEqual({ kind: 'fenced' });
      expect(await jobs.commitShard(stale, emptyCut({ cuts: 1, offset: 50 }))).toEqual({ kind: 'fenced' });
      const complete = { stages: [2], bytesTotal: 200 };
      await jobs.planSlice(lease, { first: 0, starts: [0, 100], complete });
    });
    expect(await jobs.commitShard(stale, emptyCut({ cuts: 0, offset: 0 }))).toEqual({ kind: 'fenced' });
    expect(await jobs.parts(stage.id, ['shard-0'])).toEqual([[]]);
    const done = await workOff(stage.id);
    expect(done.sort()).toEqual(['finalize', 'shard-0', 'shard-1']);
    expect(await jobs.read(stage.id)).toMatchObject({ shardsDone: 2, rowsWritten: 0 });
  });

  test('of an export that is put back while it is finalized: it is not finalized before its rows are there again', async () => {
    const stage = await setStage(jobs);
    const stale = await stage.finalize();
    await redis.del(`${prefix}:x:${stage.id}`);
    const lost = { id: stage.id, tenant: 'default', client: 'anonymous', acceptedAt: 1_000 };
    await jobs.restore({ ...lost, state: 'accepted' });
    const untouched = async () => {
      expect(await stage.claim('finalize')).toEqual({ kind: 'early' });
      expect(await jobs.heartbeat(stale, LONG_MS)).toEqual({ kind: 'fenced' });
      expect(await jobs.decide(stage.id, { outcome: 'completed', lease: stale })).toEqual({ kind: 'fenced' });
    };
    await untouched();
    const plan = await stage.take('plan');
    await untouched();
    await jobs.planSlice(plan, { first: 0, starts: [0], complete: { stages: [1], bytesTotal: 100 } });
    await untouched();
    expect(await workOff(stage.id)).toEqual(['shard-0', 'finalize']);
  });

  test('of an export does not keep a place under the cap of its tenant', async () => {
    const capped = createRedisJobStore({ redis, prefix, limits: { tenantExports: 1 } });
    const stage = await setStage(capped);
    await stage.accept();
    const another = { id: 'another', tenant: 'default', client: 'anonymous' };
    expect(await capped.create(another)).toEqual({ kind: 'full', active: 1 });
    await redis.del(`${prefix}:x:${stage.id}`);
    expect(await capped.create(another)).toMatchObject({ kind: 'created' });
  });

  test('nor does a kick-off that died', async () => {
    const capped = createRedisJobStore({ redis, prefix, limits: { tenantExports: 1 } });
    await capped.create({ id: 'died', tenant: 'default', client: 'anonymous' });
    const another = { id: 'another', tenant: 'default', client: 'anonymous' };
    expect(await capped.create(another)).toMatchObject({ kind: 'full' });
    await redis.zincrby(`${prefix}:active:default`, -600_001, 'died');
    expect(await capped.create(another)).toMatchObject({ kind: 'created' });
  });
});

describe('a set of workers that cannot be read', () => {
  test('leaves a small window', async () => {
    const stage = await setStage(jobs);
    await stage.plan(20);
    await redis.del(`${prefix}:capacity`);
    await redis.rpush(`${prefix}:capacity`, 'what');
    expect(await jobs.dispatch(100)).toHaveLength(4);
  });
});

describe('virtual time', () => {
  const highest = async (key: string) => Number((await redis.zrange(key, -1, -1, 'WITHSCORES'))[1] ?? 0);

  test('is moved back long before it loses digits, and shares stay as they are', async () => {
    await jobs.registerWorker({ id: 'w1', slots: 1_000, forMs: LONG_MS });
    const stages = new Map<string, string>();
    for (const tenant of ['a', 'b', 'c']) {
      const stage = await setStage(jobs, { tenant });
      await stage.plan(200);
      stages.set(stage.id, tenant);
      await redis.zadd(`${prefix}:o:1:${tenant}:anonymous`, 999_950, stage.id);
    }
    for (const [tenant, had] of [
      ['a', 999_990],
      ['b', 999_985],
      ['c', 999_995],
    ] as const) {
      await redis.zadd(`${prefix}:tenants`, had, tenant);
    }
    const shares: Record<string, number> = {};
    // 15 to make up for what they had, and 30 for each.
    for (let step = 0; step < 105; step += 1) {
      for (const { exportId } of await jobs.dispatch(1)) {
        const tenant = stages.get(exportId) ?? '';
        shares[tenant] = (shares[tenant] ?? 0) + 1;
      }
    }
    expect(shares).toEqual({ a: 35, b: 40, c: 30 });
    expect(await highest(`${prefix}:tenants`)).toBeLessThan(100);
    await jobs.dispatch(150);
    for (const tenant of ['a', 'b', 'c']) {
      expect(await highest(`${prefix}:o:1:${tenant}:anonymous`)).toBeLessThan(200);
    }
  });

  test('is moved back by the same for those that are passed over', async () => {
    jobs = createRedisJobStore({ redis, prefix, limits: { tenantSteps: 1 } });
    await jobs.registerWorker({ id: 'w1', slots: 100, forMs: LONG_MS });
    for (const tenant of ['a', 'b']) await (await setStage(jobs, { tenant })).accept();
    // Tenant a has had more than the limit before tenant b takes the last step below it.
    expect(await jobs.dispatch(1)).toHaveLength(1);
    await redis.zadd(`${prefix}:tenants`, 1_000_499, 'a', 999_999, 'b');
    expect(await jobs.dispatch(100)).toHaveLength(1);
    await jobs.dispatch(100);
    expect(await redis.zrange(`${prefix}:tenants`, 0, -1, 'WITHSCORES')).toEqual(['b', '0', 'a', '499']);
  });

  test('begins anew when nothing waits', async () => {
    const stage = await setStage(jobs);
    await stage.plan(3);
    await jobs.dispatch(100);
    await jobs.dispatch(100);
    expect(
      await redis.exists(`${prefix}:tenants`, `${prefix}:o:7:default:anonymous`, `${prefix}:clients:default`),
    ).toBe(0);
  });
});

describe('keys that are left in Redis', () => {
  test('after an export has ended are its own hash and the indexes, and after its time nothing', async () => {
    const stage = await setStage(jobs);
    await stage.finalize();
    await jobs.dispatch(100);
    await jobs.decide(stage.id, { outcome: 'cancelled', nonce: 'n' });
    await jobs.settle(stage.id, { outcome: 'cancelled', endedAt: 1, expiresAt: 2 });
    await jobs.dispatch(100);
    const left = async (): Promise<string[]> =>
      (await redis.keys(`${prefix}*`)).map((key) => key.slice(prefix.length)).sort();
    const ofNoExport = [':capacity', ':totals', ':worker-slots', ':workers'];
    expect(await left()).toEqual(
      [...ofNoExport, ':mine:7:default:anonymous', ':over', `:x:${stage.id}`].sort(),
    );
    await jobs.expire(stage.id);
    expect(await left()).toEqual(ofNoExport);
  });
});
