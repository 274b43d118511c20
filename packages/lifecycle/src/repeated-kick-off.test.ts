import { beforeEach, describe, expect, test } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createMemorySink } from '@millrace/storage/memory';
import type { KeyRecovery } from './recover-keys.js';
import { findRepetition } from './repeated-kick-off.js';

const OWNER = { tenant: 't', client: 'c' };
const KEY = { key: 'k', request: 'r' };

let clock: number;
let ports: {
  jobs: ReturnType<typeof createMemoryJobStore>;
  store: ReturnType<typeof createMemorySink>;
  keys: KeyRecovery;
};
beforeEach(async () => {
  clock = 1_000_000;
  const jobs = createMemoryJobStore({ now: () => clock });
  const keys = { recovered: async () => void (await jobs.trustKeys(await jobs.serverRun())) };
  ports = { jobs, store: createMemorySink(), keys };
  await keys.recovered();
  await ports.jobs.create({ ...OWNER, id: 'a', idempotency: KEY });
});

const find = (idempotency = KEY) => findRepetition(ports, OWNER, idempotency);
const readObject = (object: 'request' | 'deleted') => ports.store.read(exportObjectKey('t', 'a', object));

describe('a kick-off that repeats one', () => {
  test('which has not been answered is underway', async () => {
    expect(await find()).toEqual({ kind: 'underway' });
  });

  test('of another request is told apart, whether or not that was answered', async () => {
    expect(await find({ key: 'k', request: 'other' })).toEqual({ kind: 'mismatched' });
    await ports.jobs.activate('a');
    expect(await find({ key: 'k', request: 'other' })).toEqual({ kind: 'mismatched' });
  });

  test('which has died undoes its steps, and may start its own export', async () => {
    await ports.store.createIfAbsent(exportObjectKey('t', 'a', 'request'), Buffer.from('{}'));
    clock += 29_000;
    expect(await find()).toEqual({ kind: 'underway' });
    clock += 1_000;
    expect(await find({ key: 'k', request: 'other' })).toBeUndefined();
    expect(await ports.jobs.activate('a')).toBe('refused');
    expect([await readObject('request'), await readObject('deleted')]).toEqual([undefined, undefined]);
  });

  test('which was answered late undoes nothing', async () => {
    clock += 60_000;
    await ports.jobs.activate('a');
    await expect(find()).rejects.toThrow('request.json is missing');
    expect(await ports.jobs.read('a')).toMatchObject({ state: 'accepted' });
  });
});

test('a key that nobody has used is free', async () => {
  expect(await find({ key: 'free', request: 'r' })).toBeUndefined();
});

test('a key is free or not once the exports that Redis has lost are put back, and not before', async () => {
  const jobs = createMemoryJobStore({ now: () => clock });
  const lost = { ...OWNER, id: 'lost', idempotency: KEY, state: 'accepted', acceptedAt: clock } as const;
  const never = findRepetition({ ...ports, jobs, keys: { recovered: async () => undefined } }, OWNER, KEY);
  await expect(never).rejects.toThrow('being put back');
  const keys = {
    recovered: async () => {
      await jobs.restore(lost);
      await jobs.trustKeys(await jobs.serverRun());
    },
  };
  const other = { key: 'k', request: 'other' };
  expect(await findRepetition({ ...ports, jobs, keys }, OWNER, other)).toEqual({ kind: 'mismatched' });
});
