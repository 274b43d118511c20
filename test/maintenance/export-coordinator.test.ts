import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ExportRecord } from '@millrace/export';
import { undoKickOff } from '@millrace/lifecycle';
import { activateAlone, createExportCoordinator } from '@millrace/maintenance';
import type { ExportCoordinatorStatus } from '@millrace/maintenance';
import { openState } from './state.js';
import type { State } from './state.js';

const NOW = Date.now();
const TERMS = { queueTimeoutMs: 1, noProgressMs: 1, preparingMs: 600_000, decidingMs: 30_000 };

let state: State;
beforeEach(async () => {
  state = await openState();
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

function coordinate({
  max = 100,
  cursor,
  resume = async () => undefined,
  cleanUp = (record: ExportRecord) => undoKickOff(state, record),
}: {
  max?: number;
  cursor?: string | undefined;
  resume?: (record: ExportRecord) => Promise<void>;
  cleanUp?: (record: ExportRecord) => Promise<boolean>;
} = {}): Promise<ExportCoordinatorStatus> {
  const { jobs } = state;
  const task = createExportCoordinator({ jobs, terms: TERMS, resume, cleanUp, maxSeenPerActivation: max });
  return activateAlone(task, { now: () => NOW, cursor });
}

/** A kick-off that died after its request was stored, this many minutes ago. */
async function prepared(id: string, minutes: number): Promise<void> {
  await state.jobs.create({ id, tenant: 't', client: 'c' });
  await state.set(id, { acceptedAt: NOW - minutes * 60_000 });
  await state.store.createIfAbsent(`t/${id}/request.json`, Buffer.from('{}'));
}

async function deciding(id: string, seconds: number): Promise<void> {
  await state.jobs.create({ id, tenant: 't', client: 'c' });
  await state.jobs.activate(id);
  await state.jobs.decide(id, { outcome: 'cancelled', nonce: 'dead' });
  await state.set(id, { endedAt: NOW - seconds * 1_000 });
}

describe('kick-offs that nobody ended', () => {
  test('leave neither an object nor a key, and younger ones stay byte for byte', async () => {
    await prepared('young', 9);
    const before = await state.everything();
    await prepared('old', 10);
    expect(await coordinate()).toMatchObject({ cleanedUp: 1, seen: 2, errors: [] });
    expect(await state.everything()).toEqual(before);
    expect(await coordinate()).toMatchObject({ cleanedUp: 0 });
  });

  test('stay when they are ended while they are looked at', async () => {
    await prepared('late', 11);
    const record = await state.jobs.read('late');
    if (record === undefined) throw new Error('there is no record');
    await state.jobs.activate('late');
    const before = await state.everything();
    expect(await undoKickOff(state, record)).toBe(false);
    expect(await state.everything()).toEqual(before);
  });

  test.each(['createIfAbsent', 'remove', 'list'] as const)(
    'are undone by repeating it after a death at %s',
    async (operation) => {
      await prepared('old', 11);
      const dying = {
        ...state.store,
        [operation]: () => {
          throw new Error('the process died');
        },
      };
      const first = await coordinate({
        cleanUp: (record) => undoKickOff({ ...state, store: dying }, record),
      });
      expect(first.errors).toEqual(['old: the process died']);
      await undoKickOff(state, { id: 'old', tenant: 't' });
      expect(await coordinate()).toMatchObject({ errors: [] });
      expect(Object.keys(await state.everything()).filter((key) => key.includes('old'))).toEqual([]);
    },
  );
});

describe('decisions that nobody ended', () => {
  test('are ended, and younger ones are left to the process that began them', async () => {
    await deciding('young', 29);
    await deciding('old', 30);
    const resumed: string[] = [];
    const resume = async ({ id }: ExportRecord) => void resumed.push(id);
    expect(await coordinate({ resume })).toMatchObject({ resumed: 1 });
    expect(resumed).toEqual(['old']);
  });

  test('that cannot be ended keep no other one', async () => {
    await deciding('stuck', 40);
    await deciding('goes', 31);
    const resume = async ({ id }: ExportRecord) => {
      if (id === 'stuck') throw new Error('the store is away');
    };
    expect(await coordinate({ resume })).toMatchObject({ resumed: 1, errors: ['stuck: the store is away'] });
  });
});

test('live exports are looked at in turn, up to the limit in one activation', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e']) await prepared(id, 1);
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const status = await coordinate({ max: 2, cursor });
    seen.push(status.seen);
    cursor = status.cursor;
  } while (cursor !== undefined);
  expect(seen.reduce((sum, count) => sum + count, 0)).toBe(5);
  expect(Math.max(...seen)).toBe(2);
});
