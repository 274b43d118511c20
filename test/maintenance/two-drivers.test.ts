import { randomBytes } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import { createRedisTaskStates } from '@millrace/maintenance';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { openWorld } from '../execution/world.js';
import type { World } from '../execution/world.js';
import { composeAllTasks } from './all-tasks.js';
import type { AllTasks } from './all-tasks.js';

/** How long both drivers are activated; `TWO_DRIVERS_SECONDS=60` is the long form. */
const SECONDS = Number(process.env['TWO_DRIVERS_SECONDS'] ?? 8);
const HOUR = 3_600_000;

let platform: Platform;
let world: World;
beforeEach(async () => {
  platform = await openPlatform();
  world = await openWorld({ prefix: platform.prefix, store: platform.store });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await platform.close();
});

const newId = (): string => randomBytes(16).toString('hex');
const setFields = (id: string, fields: Record<string, string | number>) =>
  world.redis.hset(`${platform.prefix}:x:${id}`, fields);

async function put(key: string): Promise<void> {
  await platform.store.createIfAbsent(key, Buffer.from('{}'));
  const at = new Date(Date.now() - 2 * HOUR);
  await utimes(join(platform.out, key), at, at);
}

async function acceptedExport(): Promise<string> {
  const id = newId();
  await platform.jobs.create({ id, tenant: 'default', client: 'c' });
  await put(exportObjectKey('default', id, 'request'));
  await platform.jobs.activate(id);
  return id;
}

/** One more item of work for each task that can be fed; each is counted by one field of the task's status. */
const FEEDS: readonly {
  readonly task: string;
  readonly field: string;
  readonly feed: (all: AllTasks) => Promise<void>;
}[] = [
  {
    task: 'output_ttl_reaper',
    field: 'deleted',
    async feed() {
      const id = await acceptedExport();
      await platform.jobs.settle(id, { outcome: 'cancelled', endedAt: 1, expiresAt: 2 });
    },
  },
  {
    task: 'stale_entry_timeout',
    field: 'timedOut',
    async feed() {
      await setFields(await acceptedExport(), { progressAt: Date.now() - 25 * HOUR });
    },
  },
  {
    task: 'export_coordinator',
    field: 'cleanedUp',
    async feed() {
      const id = newId();
      await platform.jobs.create({ id, tenant: 'default', client: 'c' });
      await put(exportObjectKey('default', id, 'request'));
      await setFields(id, { acceptedAt: Date.now() - HOUR });
    },
  },
  {
    task: 'lease_reaper',
    field: 'reclaimed',
    async feed() {
      const id = await acceptedExport();
      const by = { nonce: 'dead', worker: 'dead', leaseMs: 1, maxAttempts: 3 };
      await platform.jobs.claim({ exportId: id, step: 'plan' }, by);
    },
  },
  {
    task: 'audit_timeout',
    field: 'timedOut',
    async feed({ audit }) {
      const id = newId();
      await audit.init({ id, action: 'cancel', tenant: 't', client: 'c' });
      await world.redis.zadd(`${platform.prefix}:audit:open`, Date.now() - 5 * HOUR, id);
    },
  },
  {
    task: 'orphan_sweeper',
    field: 'removedFolders',
    feed: () => put(`default/${newId()}/shard-0/1-n/1.csv`),
  },
];

test(
  'two drivers that are activated at once, again and again under load, do each thing once and without an error',
  async () => {
    await using one = composeAllTasks(world.ports, platform.prefix);
    await using other = composeAllTasks(world.ports, platform.prefix);
    const drivers = [one, other];
    const until = performance.now() + SECONDS * 1_000;
    let fed = 0;
    while (performance.now() < until) {
      for (const { feed } of FEEDS) await feed(one);
      fed += 1;
      await Promise.all(
        drivers.flatMap(({ driver, tasks }) => tasks.map(({ name }) => driver.activate(name, 'timeout'))),
      );
    }
    // Work that the last rounds have left.
    for (let round = 0; round < 5; round += 1) await Promise.all(drivers.map((all) => all.activateAll()));

    const told = drivers.flatMap((all) => all.told);
    for (const { details, err } of told) expect([details['errors'], err]).toEqual([[], undefined]);
    const done = ({ task, field }: (typeof FEEDS)[number]): readonly [string, number] => [
      task,
      told
        .filter((event) => event.task === task)
        .reduce((sum, { details }) => sum + Number(details[field]), 0),
    ];
    expect(FEEDS.map(done)).toEqual(FEEDS.map(({ task }) => [task, fed]));

    // No activation of a task began before the one before it had ended: each has a number of its own.
    const states = createRedisTaskStates({ redis: world.redis, prefix: platform.prefix });
    for (const { name } of one.tasks) {
      const iterations = told.filter(({ task }) => task === name).map(({ iteration }) => iteration);
      expect(iterations.toSorted((a, b) => a - b)).toEqual(iterations.map((_, index) => index + 1));
      expect((await states.read(name)).current).toEqual({ state: 'idle' });
    }
    for (const all of drivers) expect(all.told.length).toBeGreaterThan(one.tasks.length);
  },
  SECONDS * 1_000 + 120_000,
);
