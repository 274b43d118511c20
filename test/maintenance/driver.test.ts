import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { UnknownTaskError, createDriver, createRedisTaskStates } from '@millrace/maintenance';
import type { BackgroundTask, Driver, TaskContext, TaskStatus } from '@millrace/maintenance';
import { REDIS_URL } from '../redis-url.js';

let redis: Redis;
let prefix: string;
beforeEach(() => {
  redis = new Redis(REDIS_URL);
  prefix = `{t-${randomUUID()}}`;
});
afterEach(async () => {
  await redis.quit();
});

type Run = (context: TaskContext, status: TaskStatus) => Promise<void>;

function taskOf(run: Run): BackgroundTask {
  return {
    name: 'probe',
    description: 'a task of a test',
    periodSecs: 60,
    newStatus: () => ({ limit: 1, errors: [] }),
    activate: run,
    level: () => 'debug',
  };
}

/** A driver as another process would have it, and what it told. */
function processWith(run: Run): Driver & { readonly told: unknown[] } {
  const told: unknown[] = [];
  const driver = createDriver([taskOf(run)], {
    states: createRedisTaskStates({ redis, prefix }),
    events: { taskActivated: (event) => void told.push(event) },
    nonce: randomUUID,
  });
  return { ...driver, told };
}

/** Runs that the test ends one by one. */
function stepped(): { run: Run; started: () => number; arrived: () => Promise<void>; end: () => void } {
  let count = 0;
  const ends: (() => void)[] = [];
  let wake: (() => void) | undefined;
  return {
    run: () =>
      new Promise((resolve) => {
        count += 1;
        ends.push(resolve);
        wake?.();
      }),
    started: () => count,
    async arrived() {
      while (ends.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    },
    end: () => ends.shift()?.(),
  };
}

const states = () => createRedisTaskStates({ redis, prefix });

describe('a background task', () => {
  test('never runs in two processes at once, and the one that came second does nothing', async () => {
    const { run, started, arrived, end } = stepped();
    const [one, other] = [processWith(run), processWith(run)];
    const running = one.activate('probe', 'timeout');
    await arrived();
    await other.activate('probe', 'timeout');
    expect(started()).toBe(1);
    expect(other.told).toEqual([]);
    end();
    await running;
    expect(one.told).toMatchObject([{ task: 'probe', iteration: 1, reason: 'timeout' }]);
  });

  test('runs once more after signals that came while it ran, however many', async () => {
    const { run, started, arrived, end } = stepped();
    const driver = processWith(run);
    const first = driver.activate('probe', 'timeout');
    await arrived();
    const signals = [1, 2, 3].map(() => driver.activate('probe', 'signal'));
    end();
    await first;
    await arrived();
    end();
    await Promise.all(signals);
    expect(started()).toBe(2);
    expect(driver.told).toMatchObject([{ reason: 'timeout' }, { reason: 'signal', iteration: 2 }]);
  });

  test('is seen as running while it runs, and as idle after', async () => {
    const { run, arrived, end } = stepped();
    const running = processWith(run).activate('probe', 'dependency');
    await arrived();
    const since = expect.any(Number);
    expect(await states().read('probe')).toEqual({
      current: { state: 'running', since, reason: 'dependency' },
    });
    end();
    await running;
    expect((await states().read('probe')).current).toEqual({ state: 'idle' });
  });

  test('that throws is recorded with its counts until then, and runs again', async () => {
    const driver = processWith(async (_, status) => {
      status.cursor = 'k7';
      throw new Error('the store is away');
    });
    await driver.activate('probe', 'timeout');
    expect((await states().read('probe')).last).toMatchObject({
      iteration: 1,
      error: 'the store is away',
      details: { limit: 1, cursor: 'k7', errors: [] },
    });
    await driver.activate('probe', 'timeout');
    expect((await states().read('probe')).last?.iteration).toBe(2);
  });

  test('goes on in another process from where it stopped', async () => {
    const seen: (string | undefined)[] = [];
    const run: Run = async ({ cursor }, status) => {
      seen.push(cursor);
      if (cursor === undefined) status.cursor = 'k7';
    };
    for (const driver of [processWith(run), processWith(run), processWith(run)])
      await driver.activate('probe', 'timeout');
    expect(seen).toEqual([undefined, 'k7', undefined]);
  });

  test('passes on when the lock of a process that died has ended, and the dead records nothing any more', async () => {
    const dead = { nonce: 'dead', reason: 'timeout' as const, lockMs: 60_000 };
    await states().begin('probe', dead);
    expect(await states().begin('probe', { ...dead, nonce: 'other' })).toBeUndefined();
    await redis.pexpire(`${prefix}:task:probe:lock`, 0);
    expect((await states().read('probe')).current).toEqual({ state: 'idle' });
    expect(await states().begin('probe', { ...dead, nonce: 'other' })).toMatchObject({ iteration: 2 });
    const last = { iteration: 1, startedAt: 1, elapsedMs: 1, reason: 'timeout' as const, details: {} };
    expect(await states().finish('probe', 'dead', last)).toBe('lost');
    expect((await states().read('probe')).last).toBeUndefined();
  });

  test('is told to end when its process stops, and does not start after that', async () => {
    let runs = 0;
    let begun: (() => void) | undefined;
    const isRunning = new Promise<void>((resolve) => (begun = resolve));
    const driver = processWith(
      ({ signal }) =>
        new Promise((resolve) => {
          runs += 1;
          signal.addEventListener('abort', () => resolve());
          begun?.();
        }),
    );
    const running = driver.activate('probe', 'timeout');
    await isRunning;
    await driver.stop();
    await running;
    await driver.activate('probe', 'signal');
    expect(runs).toBe(1);
  });

  test('of an unknown name is refused with the names there are', async () => {
    const driver = processWith(async () => undefined);
    await expect(driver.activate('prope', 'signal')).rejects.toThrow(UnknownTaskError);
    await expect(driver.activate('prope', 'signal')).rejects.toThrow(/"prope", only probe/);
  });
});
