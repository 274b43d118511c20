import { rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { createShutdown, processStep } from '@millrace/execution';
import { attemptPrefix } from '@millrace/export';
import { deleteExport } from '@millrace/lifecycle';
import type { Sink } from '@millrace/storage';
import { emptyCut } from '@millrace/jobstore/contract';
import { accepted, kickOff } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { openWorld } from '../execution/world.js';
import type { RunShard, World } from '../execution/world.js';
import { until } from '../until.js';

/** No heartbeat is due before a test has ended, so that only the nudge can stop the work. */
const LONG_LEASE = { leaseMs: 3_600_000, marginMs: 200 };

let platform: Platform;
let api: ApiService;
let other: ApiService;
let world: World | undefined;
beforeEach(async () => {
  platform = await openPlatform();
  api = await platform.start();
  other = await platform.start();
});
afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
  await platform.close();
});

/** A worker of the same platform, whose engines do what the test says. */
async function startWorker(
  runShard: RunShard = async () => undefined,
  { store = platform.store, lease = LONG_LEASE }: { store?: Sink; lease?: typeof LONG_LEASE } = {},
): Promise<World> {
  world = await openWorld({ prefix: platform.prefix, store, runShard, lease });
  await world.work(2);
  return world;
}

const start = async () => accepted(await kickOff(api.fhirUrl));
const onOther = (url: string) => url.replace(api.fhirUrl, other.fhirUrl);
const cancel = async (status: string) => (await fetch(onOther(status), { method: 'DELETE' })).status;

async function objectsOf(id: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of platform.store.list(`default/${id}/`))
    found.push(key.slice(`default/${id}/`.length));
  return found;
}
const onlyTheTombstone = (id: string) =>
  until(async () => {
    const objects = await objectsOf(id);
    return objects.join() === 'manifest.json' ? objects : undefined;
  });

/** Status, result and files are answered with 404 by every instance. */
async function expectGone(id: string, status: string): Promise<void> {
  for (const url of [
    status,
    `${api.fhirUrl}/export/${id}/result`,
    `${api.fhirUrl}/export/${id}/files/rows.part1.csv`,
  ]) {
    for (const at of [url, onOther(url)]) expect((await fetch(at, { redirect: 'manual' })).status).toBe(404);
  }
}

/** Resolves once, when somebody says so. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Work that goes on until it is told to stop. */
function endlessWork(): {
  readonly run: RunShard;
  readonly begun: Promise<void>;
  readonly stopped: Promise<void>;
} {
  const [begun, stopped] = [gate(), gate()];
  return {
    begun: begun.opened,
    stopped: stopped.opened,
    run: (_id, _task, { stop }) =>
      new Promise((_, reject) => {
        begun.open();
        stop.addEventListener('abort', () => {
          stopped.open();
          reject(stop.reason as Error);
        });
      }),
  };
}

/** Work that stores a part when it is let go on, and then does what the test says. */
function lateWork(then: (stop: AbortSignal) => void): {
  readonly run: RunShard;
  readonly begun: Promise<void>;
  /** Lets it go on, and resolves when its part is stored. */
  store(): Promise<void>;
} {
  const [begun, goOn, stored] = [gate(), gate(), gate()];
  return {
    begun: begun.opened,
    async store() {
      goOn.open();
      await stored.opened;
    },
    async run(_id, task, { stop }) {
      begun.open();
      await goOn.opened;
      await platform.store.createIfAbsent(`${task.partPrefix}1.ndjson`, Buffer.from('{}\n'));
      stored.open();
      then(stop);
    },
  };
}

/** Nothing is in the hands of the worker. */
const idle = () => until(async () => (await world?.queue.read())?.jobs.active === 0);

describe('cancel', () => {
  test('while queued: never starts, poll 404, no lease taken', async () => {
    let runs = 0;
    const { id, status } = await start();
    expect(await cancel(status)).toBe(202);
    await expectGone(id, status);
    const { jobs, queue } = await startWorker(async () => void (runs += 1));
    expect(
      await jobs.claim(
        { exportId: id, step: 'plan' },
        { nonce: 'n', worker: 'w', leaseMs: 1, maxAttempts: 1 },
      ),
    ).toMatchObject({
      kind: 'closed',
    });
    await until(async () => (await queue.read()).jobs.waiting === 0);
    expect((await jobs.read(id))?.startedAt).toBeUndefined();
    expect(runs).toBe(0);
    expect(await platform.queued()).toEqual([]);
  });

  test('while the reader has produced nothing yet: stops, although its next heartbeat is an hour away', async () => {
    const work = endlessWork();
    const { jobs } = await startWorker(work.run);
    const { id, status } = await start();
    await work.begun;
    expect(await cancel(status)).toBe(202);
    await expectGone(id, status);
    await work.stopped;
    await onlyTheTombstone(id);
    await until(async () => (await jobs.backlog()).window === 0);
  });

  test('between last part and manifest: cancelled wins, files gone, no manifest of the result', async () => {
    const [verifying, goOn] = [gate(), gate()];
    const store: Sink = {
      ...platform.store,
      async stat(key) {
        verifying.open();
        await goOn.opened;
        return platform.store.stat(key);
      },
    };
    await startWorker(async () => undefined, { store });
    const { id, status } = await start();
    await verifying.opened;
    expect((await objectsOf(id)).some((key) => key.startsWith('finalize/'))).toBe(true);
    expect(await cancel(status)).toBe(202);
    goOn.open();
    await expectGone(id, status);
    await onlyTheTombstone(id);
    expect((await platform.jobs.read(id))?.state).toBe('cancelled');
    const manifest = await platform.store.read(`default/${id}/manifest.json`);
    expect(JSON.parse(Buffer.from(manifest ?? '').toString())).toMatchObject({ outcome: 'cancelled' });
  });

  test.each<[string, (stop: AbortSignal) => void]>([
    ['worker still finalising a part: second sweep removes it', (stop) => stop.throwIfAborted()],
    [
      'worker fails after the cancel: what it stored late is removed too',
      () => {
        throw new Error('the folder of the next part is gone');
      },
    ],
  ])('%s', async (_, end) => {
    // The upload was under way when the export was cancelled.
    const work = lateWork(end);
    await startWorker(work.run);
    const { id, status } = await start();
    await work.begun;
    expect(await cancel(status)).toBe(202);
    await onlyTheTombstone(id);
    await work.store();
    await onlyTheTombstone(id);
    await idle();
  });

  test('between claim and work: no engine starts, although the news came before the answer to the claim', async () => {
    let runs = 0;
    world = await openWorld({
      prefix: platform.prefix,
      store: platform.store,
      lease: LONG_LEASE,
      runShard: async () => void (runs += 1),
    });
    const { jobs, ports } = world;
    const never = new AbortController().signal;
    const delivery = { ageMs: 0, lost: never, shutdown: createShutdown() };
    const { id } = await start();
    expect(await processStep(ports, { exportId: id, step: 'plan' }, delivery)).toEqual({ kind: 'done' });
    const claim: typeof jobs.claim = async (...call) => {
      const claimed = await jobs.claim(...call);
      expect(claimed.kind).toBe('claimed');
      const heard = new Promise<void>((resolve) => ports.decisions.onDecided(id, resolve));
      await jobs.decide(id, { outcome: 'cancelled', nonce: 'api' });
      await heard;
      return claimed;
    };
    const late = { ...ports, jobs: { ...jobs, claim } };
    expect(await processStep(late, { exportId: id, step: 'shard-0' }, delivery)).toMatchObject({
      kind: 'delay',
    });
    expect(runs).toBe(0);
  });

  test('then identical kick-off: new export', async () => {
    const first = await start();
    expect(await cancel(first.status)).toBe(202);
    await startWorker();
    const second = await start();
    expect(second.id).not.toBe(first.id);
    await until(async () => (await platform.jobs.read(second.id))?.state === 'completed');
    await expectGone(first.id, first.status);
  });

  test('twice: 202 then 404', async () => {
    const { status } = await start();
    expect(await cancel(status)).toBe(202);
    expect(await cancel(status)).toBe(404);
  });

  test('by many at the same time: one export is cancelled once, and each is answered', async () => {
    const { id, status } = await start();
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(status)));
    expect(answers.filter((answer) => answer !== 202 && answer !== 404)).toEqual([]);
    expect(answers).toContain(202);
    await onlyTheTombstone(id);
  });
});

describe('a worker that comes late', () => {
  test('lease lost, worker finishes later: it is fenced, and the files of the new owner stay', async () => {
    const { id } = await start();
    const { jobs, store } = platform;
    const by = { worker: 'w', leaseMs: 1, maxAttempts: 9 };
    const plan = await jobs.claim({ exportId: id, step: 'plan' }, { ...by, nonce: 'p', leaseMs: 60_000 });
    if (plan.kind !== 'claimed') throw new Error(plan.kind);
    await jobs.planSlice(plan.lease, { first: 0, starts: [0], complete: { stages: [1], bytesTotal: 1 } });
    const old = await jobs.claim({ exportId: id, step: 'shard-0' }, { ...by, nonce: 'old' });
    if (old.kind !== 'claimed') throw new Error(old.kind);
    const fresh = await until(async () => {
      const claimed = await jobs.claim(
        { exportId: id, step: 'shard-0' },
        { ...by, nonce: 'new', leaseMs: 60_000 },
      );
      return claimed.kind === 'claimed' ? claimed : undefined;
    });
    const key = `${attemptPrefix('default', fresh.lease)}1.ndjson`;
    await store.createIfAbsent(key, Buffer.from('{}\n'));
    expect(await jobs.commitShard(old.lease, emptyCut(old.checkpoint))).toEqual({ kind: 'fenced' });
    expect(
      await jobs.decide(id, {
        outcome: 'failed',
        failure: { status: 500, code: 'exception', diagnostics: 'x' },
        nonce: 'old',
        lease: old.lease,
      }),
    ).toEqual({ kind: 'fenced' });
    expect(await store.stat(key)).toBeDefined();
    expect((await jobs.read(id))?.state).toBe('in-progress');
  });

  test('reaper removes an export whose task still runs: the task deletes its output', async () => {
    const work = lateWork((stop) => stop.throwIfAborted());
    await startWorker(work.run);
    const { id, status } = await start();
    await work.begun;
    expect(await cancel(status)).toBe(202);
    const record = await platform.jobs.read(id);
    if (record === undefined) throw new Error('there is no record');
    await deleteExport(platform, record);
    await work.store();
    await until(async () => (await objectsOf(id)).length === 0);
    await idle();
    expect(await platform.exportCount()).toBe(0);
  });
});

test('kick-off store outage: 503, and nothing is left', async () => {
  await rename(platform.out, `${platform.out}-away`);
  await writeFile(platform.out, 'a file where the folder was');
  expect((await kickOff(api.fhirUrl)).status).toBe(503);
  await until(async () => (await platform.exportCount()) === 0);
  expect(await platform.queued()).toEqual([]);
});
