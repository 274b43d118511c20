import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DispatchedStep } from '@millrace/export';
import { sweepLostExports } from '@millrace/lifecycle';
import {
  TaskLimitError,
  activateAlone,
  createLeaseReaper,
  createLostExportSweeper,
  createQueueReconciler,
} from '@millrace/maintenance';
import { setStage } from '@millrace/jobstore/contract';
import { openState, requestOf } from './state.js';
import type { State } from './state.js';

const TERMS = { queueTimeoutMs: 1, noProgressMs: 1, preparingMs: 1, decidingMs: 1 };
const LONG_MS = 600_000;

let state: State;
beforeEach(async () => {
  state = await openState();
  await state.jobs.registerWorker({ id: 'w1', slots: 50, forMs: LONG_MS });
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

/** Sets the time from which a step that was sent is in doubt, and the end of its lease. */
async function doubt(id: string, step: string, atMs: number): Promise<void> {
  await state.redis.zadd(`${state.prefix}:window`, atMs, `${id}/${step}`);
  const key = `${state.prefix}:x:${id}:s:${step}`;
  if ((await state.redis.hget(key, 'state')) === 'running') await state.redis.hset(key, 'lease', atMs);
}

describe('lease_reaper', () => {
  const told: number[] = [];
  const reap = async (max = 100) => {
    const task = createLeaseReaper({
      jobs: state.jobs,
      terms: TERMS,
      maxReclaimedPerActivation: max,
      onReclaimed: (steps) => told.push(steps),
    });
    const status = await activateAlone(task);
    return { ...status, level: task.level(status) };
  };

  test('takes back steps whose lease is over: up to the limit, then the rest, then none', async () => {
    const stage = await setStage(state.jobs);
    await stage.plan(4);
    await state.jobs.dispatch(4);
    for (const step of ['shard-0', 'shard-1', 'shard-2'] as const) {
      await stage.take(step);
      await doubt(stage.id, step, 1_000);
    }
    const live = await stage.take('shard-3');
    expect(await reap(2)).toMatchObject({ reclaimed: 2, limit: 2, level: 'warn', errors: [] });
    expect(await reap(2)).toMatchObject({ reclaimed: 1, level: 'warn' });
    const before = await state.everything();
    expect(await reap(2)).toMatchObject({ reclaimed: 0, level: 'debug' });
    expect(await state.everything()).toEqual(before);
    expect(await state.jobs.heartbeat(live, LONG_MS)).toEqual({ kind: 'extended' });
    expect(told).toEqual([2, 1]);
  });

  test('takes nothing back by workers when none is registered, and says so', async () => {
    const stage = await setStage(state.jobs);
    await stage.plan(1);
    await state.jobs.dispatch(1);
    await stage.take('shard-0');
    await state.redis.del(`${state.prefix}:workers`);
    const before = await state.everything();
    expect(await reap()).toMatchObject({
      reclaimed: 0,
      errors: ['no worker is registered, but 1 leases run'],
    });
    expect(await state.everything()).toEqual(before);
  });
});

describe('queue_reconciler', () => {
  const told: string[] = [];
  const reconcile = async (lost: readonly string[], max = 100) => {
    const task = createQueueReconciler({
      jobs: state.jobs,
      terms: TERMS,
      maxAskedPerActivation: max,
      undelivered: async (steps: readonly DispatchedStep[]) =>
        steps.filter(({ step }) => lost.includes(step)),
      onReturned: (reason, steps) => told.push(`${reason} ${steps}`),
      onLost: (exportId) => told.push(exportId),
    });
    const status = await activateAlone(task);
    return { ...status, level: task.level(status) };
  };

  test('lets steps wait again whose message was lost: up to the limit, then the rest, then none', async () => {
    const stage = await setStage(state.jobs);
    await stage.plan(4);
    await state.jobs.dispatch(4);
    for (const step of ['shard-0', 'shard-1', 'shard-2']) await doubt(stage.id, step, 1_000);
    const lost = ['shard-0', 'shard-1', 'shard-2', 'shard-3'];
    expect(await reconcile(lost, 2)).toMatchObject({ returned: 2, level: 'warn', errors: [] });
    expect(await reconcile(lost, 2)).toMatchObject({ returned: 1 });
    const before = await state.redis.zrange(`${state.prefix}:window`, 0, -1);
    expect(await reconcile(lost, 2)).toMatchObject({ returned: 0, level: 'debug' });
    expect(await state.redis.zrange(`${state.prefix}:window`, 0, -1)).toEqual(before);
    expect(before).toEqual([`${stage.id}/shard-3`]);
    expect(told).toEqual(['message 2', 'message 1']);
  });

  test('names an export of which nothing but the id is left, once', async () => {
    const stage = await setStage(state.jobs);
    await stage.plan(1);
    await state.redis.del(`${state.prefix}:x:${stage.id}`);
    expect(await reconcile([])).toMatchObject({ lost: [stage.id], level: 'warn' });
    expect(await reconcile([])).toMatchObject({ lost: [], level: 'debug' });
  });
});

describe('lost_export_sweeper', () => {
  const HOUR = 3_600_000;
  const newId = (): string => randomBytes(16).toString('hex');
  const sweep = async (max: number, cursor?: string) => {
    const { jobs, store } = state;
    const ports = { jobs, store, dispatcher: { nudge: () => undefined }, longestRunMs: HOUR, now: Date.now };
    const task = createLostExportSweeper({
      maxListedKeys: max,
      sweep: (after, maxKeys) => sweepLostExports(ports, after, maxKeys),
    });
    return activateAlone(task, { cursor });
  };
  const stored = async (id: string, acceptedAt: number): Promise<void> => {
    await state.store.createIfAbsent(
      `t/${id}/request.json`,
      Buffer.from(JSON.stringify(requestOf(id, acceptedAt))),
    );
  };

  test('restores exports that Redis has lost, a bounded part of the store at a time, and then nothing', async () => {
    const ids = [newId(), newId(), newId()].sort();
    for (const id of ids) await stored(id, Date.now());
    const [known, old] = [newId(), newId()];
    await state.jobs.create({ id: known, tenant: 't', client: 'c' });
    await stored(known, Date.now());
    await stored(old, Date.now() - 2 * HOUR);
    const rebuilt: string[] = [];
    let cursor: string | undefined;
    do {
      const status = await sweep(2, cursor);
      rebuilt.push(...status.rebuilt);
      cursor = status.cursor;
    } while (cursor !== undefined);
    expect(rebuilt.sort()).toEqual(ids);
    for (const id of ids) expect((await state.jobs.read(id))?.state).toBe('accepted');
    expect(await state.jobs.read(old)).toBeUndefined();
    const before = await state.everything();
    expect(await sweep(100)).toMatchObject({ rebuilt: [] });
    expect(await state.everything()).toEqual(before);
  });
});

test('tasks refuse limits that they cannot work with', () => {
  const { jobs } = state;
  const options = { jobs, terms: TERMS, maxReclaimedPerActivation: 0, onReclaimed: () => undefined };
  expect(() => createLeaseReaper(options)).toThrow(TaskLimitError);
});
