import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EngineFaultError } from '@millrace/run';
import { exportObjectKey } from '@millrace/export';
import type { ApiService } from '@millrace/api-service';
import { MARKER_KEY } from '@millrace/storage/contract';
import { accepted, kickOff } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { openWorld } from '../execution/world.js';
import { until } from '../until.js';
import { composeAllTasks } from './all-tasks.js';
import type { AllTasks } from './all-tasks.js';

const COUNTS = { completed: 200, failed: 100, cancelled: 100, waiting: 40, running: 10, preparing: 50 };
const HOUR = 3_600_000;
const AT_ONCE = 10;

let platform: Platform;
let api: ApiService;
beforeEach(async () => {
  platform = await openPlatform();
  api = await platform.start();
});
afterEach(() => platform.close());

/** Ids of this many exports that were kicked off. */
async function start(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Math.min(AT_ONCE, count - ids.length);
    const answers = await Promise.all(Array.from({ length: some }, () => kickOff(api.fhirUrl)));
    for (const answer of answers) ids.push((await accepted(answer)).id);
  }
  return ids;
}

const stateOf = async (id: string) => (await platform.jobs.read(id))?.state;
async function allAre(ids: readonly string[], state: string): Promise<void> {
  for (const id of ids) await until(async () => (await stateOf(id)) === state);
}

/** 500 exports that ended, or were left, in every way there is. */
async function mixedRun(): Promise<Awaited<ReturnType<typeof openWorld>>> {
  const failing = new Set(await start(COUNTS.failed));
  const completing = await start(COUNTS.completed);
  const cancelled = await start(COUNTS.cancelled);
  for (const id of cancelled) {
    expect((await fetch(`${api.fhirUrl}/export/${id}/status`, { method: 'DELETE' })).status).toBe(202);
  }
  const world = await openWorld({
    prefix: platform.prefix,
    store: platform.store,
    runShard: async (_source, task) => {
      if (!failing.has(task.partPrefix.split('/')[1] ?? '')) return;
      const failure = { status: 422, code: 'invalid', diagnostics: 'line 1 is not a resource' } as const;
      throw new EngineFaultError({ failure, retryable: false });
    },
  });
  await world.work(4);
  await allAre([...failing], 'failed');
  await allAre(completing, 'completed');
  await allAre(cancelled, 'cancelled');
  await world.rest();

  // Nobody works any more: these are abandoned where they stand.
  await start(COUNTS.waiting);
  for (const id of await start(COUNTS.running)) {
    const by = { nonce: 'dead', worker: 'dead', leaseMs: 60_000, maxAttempts: 3 };
    expect(await platform.jobs.claim({ exportId: id, step: 'plan' }, by)).toMatchObject({ kind: 'claimed' });
  }
  for (let n = 0; n < COUNTS.preparing; n += 1) {
    const id = n.toString(16).padStart(32, '0');
    await platform.jobs.create({ id, tenant: 'default', client: 'anonymous' });
    await platform.store.createIfAbsent(exportObjectKey('default', id, 'request'), Buffer.from('{}'));
  }
  return world;
}

test('after 500 exports that ended or were left in every way, and a day, there is nothing left of them', async () => {
  await using world = await mixedRun();
  expect(await platform.exportCount()).toBe(500);
  await using all = composeAllTasks(world.ports, platform.prefix, { aheadMs: 25 * HOUR });
  const told = await activateUntilNothingIsDone(all);

  const done = (task: string, field: string): number =>
    told
      .filter((activation) => activation.task === task)
      .reduce((sum, { details }) => sum + Number(details[field]), 0);
  expect(done('export_coordinator', 'cleanedUp')).toBe(COUNTS.preparing);
  expect(done('stale_entry_timeout', 'timedOut')).toBe(COUNTS.waiting + COUNTS.running);
  expect(done('output_ttl_reaper', 'deleted')).toBe(500 - COUNTS.preparing);
  for (const { details, err } of told) expect([details['errors'], err]).toEqual([[], undefined]);

  const objects: string[] = [];
  for await (const { key } of platform.store.list('')) objects.push(key.replace(/\/[^/]*$/, ''));
  expect([...new Set(objects)].filter((folder) => !folder.startsWith('_audit/'))).toEqual([MARKER_KEY]);
  expect(objects.length).toBeGreaterThan(0);

  expect(await keysLeft(world)).toEqual(
    [
      // The version, counters of the store, and which object store it is about.
      ':place',
      ':proposed-store',
      ':schema',
      ':store',
      ':totals',
      // Workers that registered recently, which are forgotten by themselves.
      ':worker-slots',
      ':workers',
      // The latest activation of each task.
      ...all.tasks.map(({ name }) => `:task:${name}`),
      // The audit log: its clock. Its entries are segments in the object store.
      ':audit:clock',
      // BullMQ: what it knows of its queues.
      ':export:events',
      ':export:id',
      ':export:meta',
    ].sort(),
  );
}, 180_000);

/** All that the tasks told. Each list is bounded, so that it takes several activations. */
async function activateUntilNothingIsDone(all: AllTasks): Promise<AllTasks['told']> {
  for (;;) {
    const some = await all.activateAll();
    const isDone = some.every(({ level, details }) => level === 'debug' && details['cursor'] === undefined);
    if (isDone) return all.told;
  }
}

/** Without the prefix, and without locks and the like, which end by themselves. */
async function keysLeft(world: Awaited<ReturnType<typeof openWorld>>): Promise<string[]> {
  const { redis, prefix, jobs } = world;
  // Messages about exports that are gone are dropped by the next worker that there is.
  await world.work(2);
  await until(async () => {
    const { waiting, active } = (await world.queue.read()).jobs;
    return waiting + active === 0;
  });
  await world.rest();
  // A tenant without exports is forgotten at the next look at whose turn it is.
  await jobs.dispatch(1);
  const kept: string[] = [];
  for (const key of await redis.keys(`${prefix}*`)) {
    const endsByItself = (await redis.pttl(key)) >= 0;
    if (!endsByItself) kept.push(key.slice(prefix.length));
  }
  return kept.sort();
}
