import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { failExport } from '@millrace/lifecycle';
import type { OutcomePorts } from '@millrace/lifecycle';
import { activateAlone, createStaleEntryTimeout } from '@millrace/maintenance';
import type { StaleEntryStatus } from '@millrace/maintenance';
import { createEvents, createLogger, createMetrics } from '@millrace/observability';
import { cut, setStage } from '@millrace/jobstore/contract';
import { openState } from './state.js';
import type { State } from './state.js';

const NOW = Date.now();
const HOUR = 3_600_000;
const TERMS = {
  queueTimeoutMs: 24 * HOUR,
  noProgressMs: 6 * HOUR,
  preparingMs: 1,
  decidingMs: 1,
};

let state: State;
beforeEach(async () => {
  state = await openState();
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

function timeOut(max = 100, cursor?: string): Promise<StaleEntryStatus> {
  const events = createEvents({
    log: createLogger({ service: 'test', level: 'silent' }),
    metrics: createMetrics({ service: 'test', version: '0' }),
  });
  const { jobs, store } = state;
  // What decides an outcome needs these and no more.
  const dispatcher = { nudge: () => undefined };
  const ports = { jobs, store, dispatcher, events, nonce: randomUUID, retentionMs: 24 * HOUR };
  const task = createStaleEntryTimeout({
    jobs,
    terms: TERMS,
    maxTimedOutPerActivation: max,
    fail: (record, failure, idleSince) =>
      failExport(ports as unknown as OutcomePorts, record, failure, { idleSince }),
  });
  return activateAlone(task, { now: () => NOW, cursor });
}

/** An export that was accepted, and started if it is, and made no progress for so long. */
async function idle(id: string, hours: number, { started = false } = {}): Promise<void> {
  const stage = await setStage(state.jobs, { id });
  if (started) await stage.plan(3);
  else await stage.accept();
  await state.store.createIfAbsent(`default/${id}/request.json`, Buffer.from('{}'));
  await state.set(id, { progressAt: NOW - hours * HOUR });
}
const stateOf = async (id: string) => (await state.jobs.read(id))?.state;

describe('exports that wait or stand still for too long', () => {
  test('fail the oldest first, up to the limit in one activation, the rest in the next, and then none', async () => {
    for (const id of ['a', 'b', 'c']) await idle(id, 25);
    expect(await timeOut(2)).toMatchObject({ timedOut: 2, errors: [], limit: 2 });
    expect([await stateOf('a'), await stateOf('b'), await stateOf('c')]).toEqual([
      'failed',
      'failed',
      'accepted',
    ]);
    expect(await timeOut(2)).toMatchObject({ timedOut: 1, errors: [] });
    const after = await state.everything();
    expect(await timeOut(2)).toMatchObject({ timedOut: 0, errors: [] });
    expect(await state.everything()).toEqual(after);
  });

  test('fail with the code timeout and the last checkpoint, and a late worker changes nothing', async () => {
    await idle('waits', 24);
    const stage = await setStage(state.jobs, { id: 'runs' });
    await stage.plan(3);
    await state.store.createIfAbsent('default/runs/request.json', Buffer.from('{}'));
    await stage.finish('shard-0');
    const late = await stage.take('shard-1');
    await state.set('runs', { progressAt: NOW - 6 * HOUR });
    expect(await timeOut()).toMatchObject({ timedOut: 2 });
    expect((await state.jobs.read('waits'))?.failure).toMatchObject({
      code: 'timeout',
      diagnostics: expect.stringContaining('has waited for a worker since'),
    });
    const failed = await state.jobs.read('runs');
    expect(failed?.failure?.diagnostics).toContain('1 of 3 shards, 100 of 300 input bytes, 10 rows');
    expect(await state.jobs.commitPart(late, cut(0, 100, 200))).toEqual({ kind: 'fenced' });
    expect(await state.jobs.settle('runs', { outcome: 'completed', endedAt: 1, expiresAt: 2 })).toBe(
      'refused',
    );
    expect(await state.jobs.read('runs')).toEqual(failed);
  });

  test('are those of their own time: all others stay byte for byte', async () => {
    await idle('young', 23);
    await idle('moves', 5, { started: true });
    await state.jobs.create({ id: 'prepared', tenant: 'default', client: 'c' });
    await state.set('prepared', { acceptedAt: NOW - 100 * HOUR });
    await idle('deciding', 1);
    await state.jobs.decide('deciding', { outcome: 'cancelled', nonce: 'n' });
    await state.set('deciding', { progressAt: NOW - 100 * HOUR });
    await idle('over', 1);
    await state.jobs.settle('over', { outcome: 'cancelled', endedAt: 1, expiresAt: 2 });
    const before = await state.everything();
    expect(await timeOut()).toMatchObject({ timedOut: 0, errors: [] });
    expect(await state.everything()).toEqual(before);
  });

  test('keep running when they make progress between the look and the decision', async () => {
    await idle('a', 7, { started: true });
    const { jobs } = state;
    const task = createStaleEntryTimeout({
      jobs,
      terms: TERMS,
      maxTimedOutPerActivation: 1,
      async fail(record, failure, idleSince) {
        await (await setStage(jobs, { id: record.id })).finish('shard-0');
        const decided = await jobs.decide(record.id, { outcome: 'failed', failure, nonce: 'n', idleSince });
        return decided.kind === 'deciding';
      },
    });
    expect(await activateAlone(task, { now: () => NOW })).toMatchObject({ timedOut: 0, errors: [] });
    expect(await stateOf('a')).toBe('in-progress');
  });

  test('are failed once by two processes at the same time', async () => {
    for (let index = 0; index < 10; index += 1) await idle(`e${index}`, 25);
    const [one, other] = await Promise.all([timeOut(), timeOut()]);
    expect(one.timedOut + other.timedOut).toBe(10);
    expect([...one.errors, ...other.errors]).toEqual([]);
  });
});
