import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRedisTaskStates, createScheduleKeeper } from '@millrace/maintenance';
import { createMaintenanceQueue, createMaintenanceWorker } from '@millrace/queue';
import type { MaintenanceQueue, MaintenanceWorker } from '@millrace/queue';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

const HOUR = 3_600_000;

let redis: Redis;
let prefix: string;
let queue: MaintenanceQueue;
const workers: MaintenanceWorker[] = [];
const failures: Error[] = [];
const onError = (error: Error): void => void failures.push(error);
beforeEach(() => {
  redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
  prefix = `{t-${randomUUID()}}`;
  queue = createMaintenanceQueue({ connection: redis, prefix, onError });
  failures.length = 0;
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
  await queue.close();
  await redis.quit();
});

/** Counts the ticks of each task in one more process. */
async function worker(): Promise<Map<string, number>> {
  const ticks = new Map<string, number>();
  const taking = createMaintenanceWorker({
    connection: redis,
    prefix,
    concurrency: 2,
    onLost: onError,
    onError,
    activate: async (task) => void ticks.set(task, (ticks.get(task) ?? 0) + 1),
  });
  workers.push(taking);
  await taking.ready();
  return ticks;
}

const schedulers = () => redis.zrange(`${prefix}:maintenance:repeat`, 0, -1);
const sum =
  (...counts: Map<string, number>[]) =>
  (task: string) =>
    counts.reduce((total, count) => total + (count.get(task) ?? 0), 0);

test('a task of several processes that all keep the schedule is ticked once', async () => {
  const schedules = [
    { task: 'one', everyMs: HOUR },
    { task: 'other', everyMs: HOUR },
  ];
  const others = [1, 2, 3].map(() => createMaintenanceQueue({ connection: redis, prefix, onError }));
  await Promise.all([queue, ...others].map((each) => each.ensure(schedules)));
  const total = sum(await worker(), await worker());
  await until(async () => total('one') > 0 && total('other') > 0, 'both ticks');
  // A tick is handled after it was counted: its message is gone then, and the next one waits for its hour.
  await until(async () => (await redis.llen(`${prefix}:maintenance:active`)) === 0, 'rest');
  expect([total('one'), total('other')]).toEqual([1, 1]);
  expect(await redis.zcard(`${prefix}:maintenance:delayed`)).toBe(2);
  expect((await schedulers()).sort()).toEqual(['one', 'other']);
  await Promise.all(others.map((each) => each.close()));
});

test('a task is ticked again and again, and leaves no messages behind', async () => {
  await queue.ensure([{ task: 'one', everyMs: 20 }]);
  const total = sum(await worker());
  await until(async () => total('one') >= 3, 'three ticks');
  await queue.ensure([]);
  await until(
    async () => (await redis.keys(`${prefix}:maintenance:*one*`)).length === 0,
    'everything of the task to be gone',
  );
  expect(failures).toEqual([]);
});

test('a schedule that was lost with the data of Redis is there again once it is seen to', async () => {
  const schedules = [{ task: 'one', everyMs: HOUR }];
  expect(await queue.ensure(schedules)).toEqual({ missing: ['one'], overdue: [] });
  expect(await queue.ensure(schedules)).toEqual({ missing: [], overdue: [] });
  const keys = await redis.keys(`${prefix}:maintenance:*`);
  await redis.del(...keys);
  expect(await schedulers()).toEqual([]);
  expect(await queue.ensure(schedules)).toEqual({ missing: ['one'], overdue: [] });
  const total = sum(await worker());
  await until(async () => total('one') === 1, 'the tick');
});

test('a schedule whose next message was lost is made again once three periods have passed, and ticks', async () => {
  const schedules = [{ task: 'one', everyMs: HOUR }];
  await queue.ensure(schedules);
  const [waiting = ''] = await redis.keys(`${prefix}:maintenance:repeat:one:*`);
  await redis.del(waiting, `${prefix}:maintenance:wait`, `${prefix}:maintenance:delayed`);
  await redis.zadd(`${prefix}:maintenance:repeat`, Date.now() - 2.9 * HOUR, 'one');
  expect(await queue.ensure(schedules)).toEqual({ missing: [], overdue: [] });
  await redis.zadd(`${prefix}:maintenance:repeat`, Date.now() - 3.1 * HOUR, 'one');
  expect(await queue.ensure(schedules)).toEqual({ missing: [], overdue: ['one'] });
  const total = sum(await worker());
  await until(async () => total('one') >= 1, 'the tick');
});

test('a worker tells of a schedule that was lost, and not of one that nobody has made before', async () => {
  const task = { name: 'one', description: 'One.', periodSecs: 3_600 };
  const restored: unknown[] = [];
  const keeper = () =>
    createScheduleKeeper([task], {
      states: createRedisTaskStates({ redis, prefix }),
      schedule: queue,
      events: { schedulesRestored: (event) => void restored.push(event) },
    });
  await keeper()();
  const keep = keeper();
  await keep();
  expect(restored).toEqual([]);
  await redis.del(...(await redis.keys(`${prefix}:maintenance:*`)));
  await keeper()();
  await redis.del(...(await redis.keys(`${prefix}:*`)));
  await keep();
  const lost = { reason: 'missing', tasks: ['one'], isAgain: false };
  expect(restored).toEqual([lost, lost]);
});

test('a task that is no more is not scheduled any longer', async () => {
  await queue.ensure([
    { task: 'one', everyMs: HOUR },
    { task: 'gone', everyMs: HOUR },
  ]);
  await queue.ensure([{ task: 'one', everyMs: HOUR }]);
  expect(await schedulers()).toEqual(['one']);
});

test('a tick that fails is told, and the next one comes all the same', async () => {
  let ticks = 0;
  workers.push(
    createMaintenanceWorker({
      connection: redis,
      prefix,
      concurrency: 1,
      onLost: onError,
      onError,
      activate: async () => {
        ticks += 1;
        if (ticks === 1) throw new Error('away');
      },
    }),
  );
  await queue.ensure([{ task: 'one', everyMs: 20 }]);
  await until(async () => ticks >= 2, 'a second tick');
  expect(failures.map(({ message }) => message)).toEqual(['away']);
});
