import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OUTCOMES } from '@millrace/export';
import type { ExportRecord, Outcome } from '@millrace/export';
import { deleteExport } from '@millrace/lifecycle';
import { TaskLimitError, activateAlone, createOutputTtlReaper } from '@millrace/maintenance';
import type { OutputTtlStatus } from '@millrace/maintenance';
import { openState } from './state.js';
import type { State } from './state.js';

const HOUR = 3_600_000;
/** Nothing here is late but what is over. */
const TERMS = { queueTimeoutMs: 1, noProgressMs: 1, preparingMs: 1, decidingMs: 1 };
const ENDED = Date.parse('2026-01-01T00:00:00Z');

let state: State;
beforeEach(async () => {
  state = await openState();
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

/** An export that ended this many ms after `ENDED`, is kept for a day, and has files. */
async function ended(id: string, afterMs: number, outcome: Outcome = 'completed'): Promise<void> {
  await state.jobs.create({ id, tenant: 't', client: 'c' });
  await state.jobs.activate(id);
  await state.jobs.decide(id, { outcome: 'cancelled', nonce: 'n' });
  await state.jobs.settle(id, { outcome, endedAt: ENDED + afterMs, expiresAt: ENDED + afterMs + 24 * HOUR });
  for (const file of ['request.json', 'manifest.json', 'shard-0/1-n/0.csv']) {
    await state.store.createIfAbsent(`t/${id}/${file}`, Buffer.from(id));
  }
}

function reap(
  now: number,
  {
    max = 100,
    remove = (record: ExportRecord): Promise<unknown> => deleteExport(state, record),
    signal = new AbortController().signal,
  } = {},
): Promise<OutputTtlStatus> {
  const { jobs } = state;
  const downloadsPatienceMs = HOUR;
  const task = createOutputTtlReaper({
    jobs,
    terms: TERMS,
    remove,
    downloadsPatienceMs,
    maxDeletedPerActivation: max,
  });
  return activateAlone(task, { now: () => now, signal });
}

const there = async (...ids: string[]): Promise<string[]> => {
  const found = await Promise.all(ids.map(async (id) => ((await state.jobs.read(id)) ? [id] : [])));
  return found.flat();
};

describe('exports whose time has passed', () => {
  test('go the earliest first, up to the limit in one activation, the rest in the next, and then none', async () => {
    await ended('late', 2);
    await ended('tie-b', 1);
    await ended('tie-a', 1);
    const run = () => reap(ENDED + 25 * HOUR, { max: 2 });
    expect(await run()).toMatchObject({ deleted: 2, errors: [], cutoff: ENDED + 25 * HOUR, limit: 2 });
    expect(await there('tie-a', 'tie-b', 'late')).toEqual(['late']);
    expect(await run()).toMatchObject({ deleted: 1, errors: [] });
    const empty = await state.everything();
    expect(await run()).toMatchObject({ deleted: 0, errors: [] });
    expect(await state.everything()).toEqual(empty);
  });

  test('leave neither a file, nor a folder, nor a key', async () => {
    const before = await state.redis.keys(`${state.prefix}*`);
    for (const [index, outcome] of OUTCOMES.entries()) await ended(outcome, index, outcome);
    expect(await reap(ENDED + 25 * HOUR)).toMatchObject({ deleted: 3 });
    // A tenant without exports is forgotten by the next look at whose turn it is.
    await state.jobs.dispatch(1);
    expect(await readdir(state.folder, { recursive: true })).toEqual([]);
    expect(await state.redis.keys(`${state.prefix}*`)).toEqual([...before, `${state.prefix}:totals`]);
  });

  test('are only those whose retention has ended: exports that are kept, run or wait stay byte for byte', async () => {
    await state.jobs.create({ id: 'waits', tenant: 't', client: 'c' });
    await state.jobs.activate('waits');
    await ended('kept', 1);
    await ended('job-10', 2);
    const untouched = await state.everything();
    await ended('job-1', 0);
    expect(await reap(ENDED + 24 * HOUR)).toMatchObject({ deleted: 1 });
    expect(await state.everything()).toEqual(untouched);
  });

  test('that cannot be deleted keep their record, are told, keep no other one, and go later', async () => {
    for (const [index, id] of ['stuck-1', 'stuck-2', 'goes-1', 'goes-2'].entries()) await ended(id, index);
    const remove = async (record: ExportRecord): Promise<unknown> => {
      if (record.id.startsWith('stuck')) throw new Error('the store is away');
      return deleteExport(state, record);
    };
    const first = await reap(ENDED + 25 * HOUR, { max: 3, remove });
    expect(first).toMatchObject({ deleted: 1 });
    expect(first.errors).toEqual(['stuck-1: the store is away', 'stuck-2: the store is away']);
    await reap(ENDED + 25 * HOUR, { max: 3, remove });
    expect(await there('stuck-1', 'stuck-2', 'goes-1', 'goes-2')).toEqual(['stuck-1', 'stuck-2']);
    expect(await reap(ENDED + 25 * HOUR)).toMatchObject({ deleted: 2, errors: [] });
  });

  test('stay for a while when a file of theirs is being sent, and keep no other one', async () => {
    await ended('sent', 0);
    await ended('goes', 1);
    await state.jobs.openDownload('sent', 'd', HOUR);
    const first = await reap(ENDED + 25 * HOUR, { max: 2 });
    expect(first).toMatchObject({ deleted: 1, awaited: 1, errors: [] });
    expect(await there('sent', 'goes')).toEqual(['sent']);
    await state.jobs.closeDownload('sent', 'd');
    expect(await reap(ENDED + 25 * HOUR)).toMatchObject({ deleted: 1, awaited: 0 });
  });

  test('are deleted once when two processes do it at the same time', async () => {
    for (let index = 0; index < 10; index += 1) await ended(`e${index}`, index);
    const results = await Promise.all([reap(ENDED + 25 * HOUR), reap(ENDED + 25 * HOUR)]);
    expect(results.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await readdir(state.folder, { recursive: true })).toEqual([]);
  });

  test('wait when the activation has to end', async () => {
    await ended('a', 0);
    const status = await reap(ENDED + 25 * HOUR, { signal: AbortSignal.abort() });
    expect(status.deleted).toBe(0);
    expect(await there('a')).toEqual(['a']);
  });
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %s is refused', (maxDeletedPerActivation) => {
  const remove = async (): Promise<void> => undefined;
  expect(() =>
    createOutputTtlReaper({
      jobs: state.jobs,
      terms: TERMS,
      remove,
      downloadsPatienceMs: HOUR,
      maxDeletedPerActivation,
    }),
  ).toThrow(TaskLimitError);
});
