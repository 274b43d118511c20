import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRedisConnection, untilReady } from '@millrace/redis';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import type { DispatchedStep, JobStore, Lease } from '@millrace/export';
import { createRedisJobStore } from '@millrace/jobstore';
import { LONG_MS, emptyCut, setStage } from '@millrace/jobstore/contract';
import type { Stage } from '@millrace/jobstore/contract';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { REDIS_URL } from '../redis-url.js';

let redis: Redis;
beforeAll(async () => {
  redis = createRedisConnection(REDIS_URL, 'lease');
  await untilReady(redis, 5_000);
});
afterAll(async () => {
  const keys = await redis.keys('{t-two-*');
  for (let at = 0; at < keys.length; at += 1_000) await redis.unlink(keys.slice(at, at + 1_000));
  await redis.quit();
});

describe('the two stores', () => {
  const action = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('plan' as const), tenant: fc.nat(2), shards: fc.nat(7) }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('dispatch' as const), max: fc.nat(5) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('finish' as const), at: fc.nat(20) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('handback' as const), at: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('workers' as const), slots: fc.nat(4) }) },
  );
  type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

  /** Everything that a store gives, in order. */
  async function history(store: JobStore, actions: readonly Action[]): Promise<unknown[]> {
    const told: unknown[] = [];
    const ids: string[] = [];
    const given: DispatchedStep[] = [];
    const at = <T>(list: readonly T[], index: number): T | undefined =>
      list[index % Math.max(1, list.length)];
    const take = async (step: DispatchedStep | undefined): Promise<Lease | undefined> => {
      if (!step) return undefined;
      const by = { nonce: 'n', worker: 'w', leaseMs: LONG_MS, maxAttempts: 1_000 };
      const claimed = await store.claim(step, by);
      told.push(claimed.kind);
      return claimed.kind === 'claimed' ? claimed.lease : undefined;
    };
    for (const action of actions) {
      if (action.do === 'plan') {
        const stage = await setStage(store, { id: `e${ids.length}`, tenant: `t${action.tenant}` });
        ids.push(stage.id);
        // A tenant at its cap has its plan put back.
        await stage.plan(action.shards).catch((error: unknown) => told.push(String(error)));
      } else if (action.do === 'dispatch') {
        const steps = await store.dispatch(action.max);
        given.push(...steps);
        told.push(steps);
      } else if (action.do === 'workers') {
        await store.registerWorker({ id: 'w', slots: action.slots, forMs: LONG_MS });
      } else if (action.do === 'cancel') {
        const id = at(ids, action.at);
        if (id !== undefined) told.push((await store.decide(id, { outcome: 'cancelled', nonce: 'n' })).kind);
      } else {
        const lease = await take(at(given, action.at));
        if (!lease) continue;
        if (action.do === 'handback' || lease.step === 'finalize') {
          told.push((await store.release(lease, { kind: 'handback' })).kind);
        } else {
          const offset = Number(lease.step.slice(6)) * 100;
          told.push((await store.commitShard(lease, emptyCut({ cuts: 0, offset }))).kind);
        }
      }
      const { queued, window } = await store.backlog();
      told.push({ queued, window });
    }
    return told;
  }

  test('give the same steps in the same order, for any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), fc.nat(3), async (actions, tenantSteps) => {
        const limits = { tenantSteps };
        const own = `{t-two-${randomUUID()}}`;
        const inRedis = await history(createRedisJobStore({ redis, prefix: own, limits }), actions);
        expect(inRedis).toEqual(await history(createMemoryJobStore({ limits }), actions));
      }),
      { numRuns: 80 },
    );
  });

  const exportOf = fc.record({ tenant: fc.nat(3), client: fc.nat(2), shards: fc.nat(30) });
  const turn = fc.record({ max: fc.nat(40), done: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }) });
  const much = fc.record({
    exports: fc.array(exportOf, { minLength: 2, maxLength: 9, size: 'max' }),
    turns: fc.array(turn, { minLength: 2, maxLength: 12, size: 'max' }),
    slots: fc.integer({ min: 1, max: 40 }),
    tenantSteps: fc.nat(12),
  });
  type Much = typeof much extends fc.Arbitrary<infer Value> ? Value : never;

  /** The steps that each turn dispatches; workers do a part of them before the next turn. */
  async function turnsOf(store: JobStore, { exports, turns, slots }: Much): Promise<unknown[]> {
    await store.registerWorker({ id: 'w', slots, forMs: LONG_MS });
    const stages = new Map<string, Stage>();
    for (const [n, { tenant, client, shards }] of exports.entries()) {
      const stage = await setStage(store, { id: `e${n}`, tenant: `t${tenant}`, client: `c${client}` });
      await stage.plan(shards);
      stages.set(stage.id, stage);
    }
    const told: unknown[] = [];
    let sent: DispatchedStep[] = [];
    for (const { max, done } of turns) {
      const given = await store.dispatch(max);
      told.push(given);
      sent.push(...given);
      const [ended, left]: [DispatchedStep[], DispatchedStep[]] = [[], []];
      sent.forEach((step, at) => (done[at % done.length] === true ? ended : left).push(step));
      sent = left;
      for (const { exportId, step } of ended) {
        const claimed = await stages.get(exportId)?.claim(step);
        told.push(claimed?.kind);
        if (claimed?.kind !== 'claimed') continue;
        if (step === 'finalize') await store.decide(exportId, { outcome: 'completed', lease: claimed.lease });
        else
          await store.commitShard(claimed.lease, emptyCut({ cuts: 0, offset: Number(step.slice(6)) * 100 }));
      }
    }
    return told;
  }

  test('give many steps at once in the same order, also to tenants at their cap', async () => {
    await fc.assert(
      fc.asyncProperty(much, async (all) => {
        const limits = { tenantSteps: all.tenantSteps };
        const own = `{t-two-${randomUUID()}}`;
        const inRedis = await turnsOf(createRedisJobStore({ redis, prefix: own, limits }), all);
        expect(inRedis).toEqual(await turnsOf(createMemoryJobStore({ limits }), all));
      }),
      { numRuns: 120 },
    );
  });
});
