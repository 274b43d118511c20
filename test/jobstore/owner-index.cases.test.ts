import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClaimResult, JobStore, Lease, StepRef } from '@millrace/export';
import { createRedisJobStore } from '@millrace/jobstore';
import { LONG_MS, cut, disk, emptyCut, setStage } from '@millrace/jobstore/contract';
import type { Stage } from '@millrace/jobstore/contract';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createRedisConnection, untilReady } from '@millrace/redis';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';
import { loadState } from '../upgrade/load-state.js';

/** The contract compares answers; nothing in these tests ends by itself, so that two clocks give the same ones. */
const LIMITS = { deliveryMs: LONG_MS, turnMs: 0 };
const CLIENTS = ['a', 'b', 'c', 'd'] as const;

let redis: Redis;
let prefix: string;
beforeAll(async () => {
  redis = createRedisConnection(REDIS_URL, 'lease');
  await untilReady(redis, 5_000);
});
afterAll(async () => {
  const keys = await redis.keys('{t-owners-*');
  for (let at = 0; at < keys.length; at += 1_000) await redis.unlink(keys.slice(at, at + 1_000));
  await redis.quit();
});
beforeEach(() => {
  prefix = `{t-owners-${randomUUID()}}`;
});

/** Owners that wait by the steps that workers have of them, and all owners in the window: from the index. */
async function readIndex(): Promise<{ waiting: Record<string, number>; counted: readonly string[] }> {
  const pairs = await redis.zrange(`${prefix}:waiting`, 0, -1, 'WITHSCORES');
  const waiting: Record<string, number> = {};
  for (let at = 0; at < pairs.length; at += 2) waiting[pairs[at] ?? ''] = Number(pairs[at + 1]);
  const counted = await redis.zrange(`${prefix}:counted`, 0, -1);
  return { waiting, counted: counted.sort() };
}

/** The same from the window and the hashes of the steps. */
async function recount(): ReturnType<typeof readIndex> {
  const sent = new Map<string, number>();
  const held = new Map<string, number>();
  for (const member of await redis.zrange(`${prefix}:window`, 0, -1)) {
    const [id = '', step = ''] = member.split('/');
    const [tenant, client] = await redis.hmget(`${prefix}:x:${id}`, 'tenant', 'client');
    const owner = `${tenant?.length}:${tenant}:${client}`;
    const isHeld = (await redis.hget(`${prefix}:x:${id}:s:${step}`, 'state')) === 'running';
    sent.set(owner, (sent.get(owner) ?? 0) + 1);
    held.set(owner, (held.get(owner) ?? 0) + (isHeld ? 1 : 0));
  }
  const waits = [...sent].filter(([owner, count]) => count > (held.get(owner) ?? 0));
  return {
    waiting: Object.fromEntries(waits.map(([owner]) => [owner, held.get(owner) ?? 0])),
    counted: [...sent.keys()].sort(),
  };
}

/** The steps of clients and workers, in the store in Redis and in its twin, which must answer the same. */
function openBoth() {
  let now = 1_800_000_000_000;
  const stores: readonly JobStore[] = [
    createRedisJobStore({ redis, prefix, limits: LIMITS }),
    createMemoryJobStore({ now: () => (now += 1), limits: LIMITS }),
  ];
  const exports: string[] = [];
  const sent: StepRef[] = [];
  const leases: { readonly held: readonly Lease[]; readonly claimed: ClaimResult }[] = [];

  /** Asks both, and expects one answer, but for times. */
  async function both<Answer>(ask: (jobs: JobStore, at: number) => Promise<Answer>): Promise<Answer[]> {
    const answers = await Promise.all(stores.map(ask));
    const plain = answers.map((answer) =>
      (JSON.stringify(answer) ?? '').replaceAll(/"token":"\d+"|"(?:remainingMs|ranMs)":\d+/g, ''),
    );
    expect(plain[0]).toBe(plain[1]);
    return answers;
  }
  const pick = <Item>(items: readonly Item[], by: number): Item | undefined =>
    items[by % (items.length || 1)];

  const actions: readonly ((by: number) => Promise<unknown>)[] = [
    async (by) => {
      const id = `e${exports.length}`;
      exports.push(id);
      for (const jobs of stores) {
        const stage = await setStage(jobs, { id, client: CLIENTS[by % CLIENTS.length] ?? '' });
        await stage.accept();
      }
    },
    ...Array.from({ length: 2 }, () => async (by: number) => {
      const [given] = await both((jobs) => jobs.dispatch(1 + (by % 5)));
      for (const { exportId, step } of given ?? []) sent.push({ exportId, step });
    }),
    ...Array.from({ length: 4 }, () => async (by: number) => {
      const ref = pick(sent, by);
      if (ref === undefined) return;
      const nonce = `n${leases.length}`;
      const answers = await both((jobs) =>
        jobs.claim(ref, { nonce, worker: 'w', leaseMs: LONG_MS, maxAttempts: 1_000 }),
      );
      const held = answers.flatMap((answer) => (answer.kind === 'claimed' ? [answer.lease] : []));
      if (answers[0] && held.length === 2) leases.push({ held, claimed: answers[0] });
    }),
    // The rest is also done by workers whose lease is another one's by now, or whose export is over.
    (by) => withLease(by, (jobs, lease) => jobs.heartbeat(lease, LONG_MS)),
    (by) => withLease(by, (jobs, lease) => jobs.release(lease, { kind: 'handback' })),
    (by) => withLease(by, (jobs, lease) => jobs.release(lease, { kind: 'failed', failure: disk })),
    (by) =>
      withLease(by, (jobs, lease, claimed) =>
        claimed.kind === 'claimed' && lease.step.startsWith('shard-')
          ? jobs.commitShard(lease, emptyCut(claimed.checkpoint))
          : Promise.resolve(undefined),
      ),
    (by) =>
      withLease(by, (jobs, lease) =>
        lease.step.startsWith('shard-') ? jobs.commitPart(lease, cut(0, 0, 1)) : Promise.resolve(undefined),
      ),
    ...Array.from({ length: 3 }, () => (by: number) => {
      const starts = Array.from({ length: 2 + (by % 6) }, (_, shard) => shard * 100);
      const complete = { stages: [1, starts.length - 1], bytesTotal: starts.length * 100 };
      return withLease(by, (jobs, lease) =>
        lease.step === 'plan'
          ? jobs.planSlice(lease, { first: 0, starts, complete })
          : Promise.resolve(undefined),
      );
    }),
    async (by) => {
      const id = pick(exports, by);
      if (id === undefined || by % 3 > 0) return;
      await both(async (jobs) => (await jobs.decide(id, { outcome: 'cancelled', nonce: 'n' })).kind);
    },
    // A worker is not known any more: what it has goes back.
    async (by) => {
      await both(async (jobs) => {
        const { steps } = await jobs.sentSteps(100);
        const running = steps.flatMap((step) => (step.state === 'running' ? [step] : []));
        const name = (at: number): string => `${running[at]?.exportId}/${running[at]?.step}`;
        const order = running.map((_, at) => at).sort((one, other) => (name(one) < name(other) ? -1 : 1));
        return jobs.takeBack(order.slice(0, by % 3).flatMap((at) => running[at] ?? []));
      });
    },
  ];

  async function withLease(
    by: number,
    act: (jobs: JobStore, lease: Lease, claimed: ClaimResult) => Promise<unknown>,
  ): Promise<void> {
    const one = pick(leases, by);
    if (one === undefined) return;
    await both((jobs, at) => act(jobs, one.held[at] as Lease, one.claimed));
  }

  return {
    stores,
    act: (kind: number, by: number): Promise<unknown> | undefined => actions[kind % actions.length]?.(by),
    kinds: actions.length,
  };
}

describe('the index of owners by what workers have of them', () => {
  test('is what a recount gives after any transitions, and claims are answered as without it', async () => {
    let run = 0;
    const { kinds } = openBoth();
    const story = fc.array(fc.tuple(fc.nat(kinds - 1), fc.nat(1_000)), { minLength: 40, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        prefix = `{t-owners-${randomUUID()}}:${(run += 1)}`;
        const both = openBoth();
        for (const jobs of both.stores) await jobs.registerWorker({ id: 'w', slots: 4, forMs: LONG_MS });
        for (const [kind, by] of steps) await both.act(kind, by);
        expect(await readIndex()).toEqual(await recount());
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  /** A stage of a client whose steps have been sent. */
  async function sentBy(jobs: JobStore, client: string, shards: number): Promise<Stage> {
    const stage = await setStage(jobs, { client });
    await stage.plan(shards);
    await jobs.dispatch(100);
    return stage;
  }
  async function openStore(): Promise<JobStore> {
    const jobs = createRedisJobStore({ redis, prefix, limits: LIMITS });
    await jobs.registerWorker({ id: 'w', slots: 500, forMs: LONG_MS });
    return jobs;
  }

  test('is made by the first claim, when a version without it has written the store or somebody has removed it', async () => {
    const jobs = await openStore();
    const [first, second] = [await sentBy(jobs, 'a', 5), await sentBy(jobs, 'b', 5)];
    await first.take('shard-0');
    await redis.unlink(`${prefix}:waiting`, `${prefix}:counted`);
    await redis.zadd(`${prefix}:owners`, '1', '7:default:a');
    expect(await first.claim('shard-1')).toEqual({ kind: 'full' });
    expect(await readIndex()).toEqual(await recount());
    expect(await redis.exists(`${prefix}:owners`)).toBe(0);
    await second.take('shard-0');
    expect(await first.claim('shard-2')).toMatchObject({ kind: 'claimed' });
  });

  test('is made from what an installation of a version without it has left behind', async () => {
    await using state = await loadState('one-stage');
    await state.fillRedis(redis, prefix);
    const jobs = await openStore();
    for (const set of ['window', 'sent:7:default:anonymous', 'held:7:default:anonymous']) {
      for (const member of await redis.zrange(`${prefix}:${set}`, 0, -1)) {
        await redis.zadd(`${prefix}:${set}`, Date.now() + LONG_MS, member);
      }
    }
    const by = { nonce: 'n', worker: 'w', leaseMs: LONG_MS, maxAttempts: 3 };
    const claimed = await jobs.claim({ exportId: state.exports.waiting, step: 'plan' }, by);
    expect(claimed).toMatchObject({ kind: 'claimed' });
    expect(await readIndex()).toEqual(await recount());
    expect((await readIndex()).waiting).toEqual({ '7:default:anonymous': 3 });
  });

  test('keeps nobody waiting for an owner of which a worker of an earlier version has taken the step', async () => {
    const jobs = await openStore();
    const [first, second] = [await sentBy(jobs, 'a', 5), await sentBy(jobs, 'b', 1)];
    await first.take('shard-0');
    await redis.zadd(`${prefix}:held:7:default:b`, Date.now() + LONG_MS, `${second.id}/shard-0`);
    expect(await readIndex()).toMatchObject({ waiting: { '7:default:b': 0 } });
    expect(await first.claim('shard-1')).toMatchObject({ kind: 'claimed' });
  });

  test('is right again after each repair, whatever scripts without it have done', async () => {
    const jobs = await openStore();
    const first = await sentBy(jobs, 'a', 5);
    await first.take('shard-0');
    await sentBy(jobs, 'b', 5);
    await redis.zrem(`${prefix}:waiting`, '7:default:b');
    await redis.zadd(`${prefix}:waiting`, 7, '7:default:a');
    await jobs.mend(100);
    expect(await readIndex()).toEqual(await recount());
  });

  test('has no owner whose leases and deliveries have ended', async () => {
    const jobs = createRedisJobStore({ redis, prefix, limits: { ...LIMITS, deliveryMs: 1 } });
    await jobs.registerWorker({ id: 'w', slots: 500, forMs: LONG_MS });
    for (const client of ['b', 'c']) await (await sentBy(jobs, client, 2)).take('shard-0', { leaseMs: 1 });
    const first = await sentBy(jobs, 'a', 5);
    await first.take('shard-0');
    await until(async () => {
      const [seconds, micros] = await redis.time();
      const after = `(${Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)}`;
      const live = ['b', 'c'].map((client) =>
        redis.zcount(`${prefix}:sent:7:default:${client}`, after, '+inf'),
      );
      return (await Promise.all(live)).every((count) => count === 0);
    });
    expect(await first.claim('shard-1')).toMatchObject({ kind: 'claimed' });
    expect(await readIndex()).toEqual({ waiting: {}, counted: ['7:default:a'] });
  });

  test('lets a claim cost the same with fifty clients as with two', async () => {
    const commandsOfClaim = async (clients: number): Promise<number> => {
      prefix = `{t-owners-${randomUUID()}}`;
      const jobs = await openStore();
      const greedy = await setStage(jobs, { client: 'greedy' });
      await greedy.plan(5);
      for (let client = 1; client < clients; client += 1)
        await (await setStage(jobs, { client: `c${client}` })).plan(5);
      await jobs.dispatch(400);
      await greedy.take('shard-0');
      const watched = await redis.monitor();
      const seen: string[] = [];
      const isOver = new Promise<void>((resolve) => {
        watched.on('monitor', (_: string, [command = '', key = '']: readonly string[], source: string) => {
          if (source === 'lua' && key.startsWith(prefix)) seen.push(command);
          if (key === `${prefix}:over`) resolve();
        });
      });
      expect(await greedy.claim('shard-1')).toEqual({ kind: 'full' });
      await redis.exists(`${prefix}:over`);
      await isOver;
      watched.disconnect();
      return seen.length;
    };
    const few = await commandsOfClaim(2);
    expect(few).toBeGreaterThan(10);
    expect(await commandsOfClaim(50)).toBe(few);
  });
});
