import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditRetentionError, createRedisAuditLog, listEntries } from '@millrace/audit';
import type { AuditBacklog, AuditEntry, AuditLog } from '@millrace/audit';
import {
  activateAlone,
  createAuditArchive,
  createAuditCleanup,
  createAuditTimeout,
} from '@millrace/maintenance';
import { until } from '../until.js';
import { openState } from './state.js';
import type { State } from './state.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SUCCESS = { kind: 'success', status: 200 } as const;

let state: State;
let log: AuditLog;
beforeEach(async () => {
  state = await openState();
  log = createRedisAuditLog({ redis: state.redis, prefix: state.prefix, maxBytes: 1 << 20 });
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

const begin = (id: string) => log.init({ id, action: 'cancel', tenant: 't', client: 'c' });
async function complete(...ids: string[]): Promise<void> {
  for (const id of ids) {
    await begin(id);
    await log.complete(id, SUCCESS);
  }
  // The current millisecond is not listed.
  const last = ids.at(-1);
  await until(async () => (await listed()).some(({ start }) => start.id === last));
}
const listed = async (): Promise<readonly AuditEntry[]> =>
  (await listEntries(log, state.store, { from: 0, to: Infinity }, undefined, 1_000)).entries;
const later = (ms: number) => ({ now: () => Date.now() + ms });

describe('audit_timeout', () => {
  const timeOut = (max: number, aheadMs: number) =>
    activateAlone(
      createAuditTimeout({ log, timeoutMs: 4 * HOUR, maxTimedOutPerActivation: max }),
      later(aheadMs),
    );

  test('ends entries older than the timeout: up to the limit, then the rest, then none', async () => {
    for (const id of ['a', 'b', 'c']) await begin(id);
    const results = [];
    for (let run = 0; run < 3; run += 1) results.push((await timeOut(2, 5 * HOUR)).timedOut);
    expect(results).toEqual([2, 1, 0]);
    expect((await log.backlog()).open).toBe(0);
  });

  test('leaves younger ones and completed ones byte for byte', async () => {
    await begin('young');
    await complete('done');
    const before = await state.everything();
    expect(await timeOut(10, 3 * HOUR)).toMatchObject({ timedOut: 0 });
    expect(await state.everything()).toEqual(before);
  });
});

describe('audit_archive', () => {
  const backlogs: AuditBacklog[] = [];
  const archive = (max: number, aheadMs = HOUR, alarmBytes = 1e9) => {
    const task = createAuditArchive({
      log,
      store: state.store,
      maxSegmentsPerActivation: max,
      alarmBytes,
      onBacklog: (backlog) => backlogs.push(backlog),
    });
    return activateAlone(task, later(aheadMs)).then((status) => ({ ...status, level: task.level(status) }));
  };

  test('moves completed entries out of Redis, and then none; the list stays the same', async () => {
    await complete('a', 'b', 'c');
    await begin('open');
    const before = await listed();
    expect(before).toHaveLength(3);
    expect(await archive(10)).toMatchObject({ archived: 3, segments: 1, level: 'info' });
    expect(await log.backlog()).toMatchObject({ open: 1, completed: 0 });
    expect(await listed()).toEqual(before);
    expect(await archive(10)).toMatchObject({ archived: 0, segments: 0, level: 'debug' });
    expect(backlogs.at(-1)).toMatchObject({ open: 1, completed: 0 });
  });

  test('leaves the newest in Redis', async () => {
    await complete('a');
    expect(await archive(10, 0)).toMatchObject({ archived: 0 });
  });

  test('leaves nothing in Redis while there is much', async () => {
    await complete('a', 'b', 'c');
    expect(await archive(10, 0, 10)).toMatchObject({ archived: 3, level: 'info' });
  });

  test('warns when much is left', async () => {
    await begin('open');
    expect(await archive(10, HOUR, 10)).toMatchObject({ level: 'warn' });
  });

  test('by two processes at the same time moves each entry once', async () => {
    await complete('a', 'b', 'c', 'd');
    const before = await listed();
    await Promise.all([archive(10), archive(10)]);
    expect(await listed()).toEqual(before);
  });
});

describe('audit_cleanup', () => {
  const cleanUp = (max: number, aheadMs: number) =>
    activateAlone(
      createAuditCleanup({
        store: state.store,
        retentionMs: 90 * DAY,
        timeoutMs: 4 * HOUR,
        maxRemovedPerActivation: max,
      }),
      later(aheadMs),
    );

  test('removes segments older than the retention, and neither younger ones nor entries in Redis', async () => {
    await complete('a');
    await activateAlone(
      createAuditArchive({
        log,
        store: state.store,
        maxSegmentsPerActivation: 1,
        alarmBytes: 1e9,
        onBacklog: () => undefined,
      }),
      later(HOUR),
    );
    await complete('b');
    const before = await state.everything();
    expect(await cleanUp(10, 89 * DAY)).toMatchObject({ removedSegments: 0 });
    expect(await state.everything()).toEqual(before);
    expect(await cleanUp(10, 92 * DAY)).toMatchObject({ removedSegments: 1 });
    expect(await cleanUp(10, 92 * DAY)).toMatchObject({ removedSegments: 0 });
    expect((await listed()).map(({ start }) => start.id)).toEqual(['b']);
  });

  test('is refused when entries could be removed before they are complete', () => {
    expect(() =>
      createAuditCleanup({
        store: state.store,
        retentionMs: 8 * HOUR,
        timeoutMs: 4 * HOUR,
        maxRemovedPerActivation: 1,
      }),
    ).toThrow(AuditRetentionError);
  });
});
