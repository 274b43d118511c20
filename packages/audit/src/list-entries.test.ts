import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { archiveOldest } from './archive.js';
import type { AuditEntry } from './audit-entry.js';
import type { AuditLog } from './audit-log.js';
import { started } from './contract/describe-audit-log.js';
import { AuditRetentionError } from './errors.js';
import { listEntries } from './list-entries.js';
import { createMemoryAuditLog } from './memory/memory-audit-log.js';
import type { Position } from './position.js';
import { checkRetention, removeSegments } from './retention.js';

const START = Date.parse('2026-11-20T22:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let now: number;
let log: AuditLog;
let store: Sink;
beforeEach(() => {
  now = START;
  log = createMemoryAuditLog({ now: () => now });
  store = createMemorySink();
});

/** Entries that are completed one a second. */
async function complete(count: number, name = 'e'): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await log.init(started(`${name}${n}`));
    now += 1_000;
    await log.complete(`${name}${n}`, { kind: 'success', status: 200 });
  }
  now += 1;
}

async function all(window = { from: 0, to: Infinity }, max = 7): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  let after: Position | undefined;
  do {
    const { entries, next } = await listEntries(log, store, window, after, max);
    found.push(...entries);
    after = next;
  } while (after !== undefined);
  return found;
}
const archiveAll = async (): Promise<void> => {
  while ((await archiveOldest(log, store, now)) > 0);
};
const segments = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list('_audit/')) keys.push(key);
  return keys;
};

describe('a window of the log in the past', () => {
  test('has the same entries while others are completed and all are archived, a page of any size', async () => {
    await complete(30);
    const window = { from: START + 5_000, to: START + 20_000 };
    const before = JSON.stringify(await all(window));
    await complete(10, 'later');
    expect(JSON.stringify(await all(window))).toBe(before);
    await archiveOldest(log, store, START + 12_000);
    for (const max of [1, 2, 7, 100]) expect(JSON.stringify(await all(window, max))).toBe(before);
    await archiveAll();
    for (const max of [1, 2, 7, 100]) expect(JSON.stringify(await all(window, max))).toBe(before);
    expect((await log.backlog()).completed).toBe(0);
    expect(await all()).toHaveLength(40);
  });

  test('has its entries also while they are moved', async () => {
    await complete(20);
    const reading = {
      async page(...args: Parameters<AuditLog['page']>) {
        const page = await log.page(...args);
        await archiveAll();
        return page;
      },
    };
    const { entries } = await listEntries(reading, store, { from: 0, to: Infinity }, undefined, 100);
    expect(entries.map(({ start }) => start.id)).toEqual(Array.from({ length: 20 }, (_, n) => `e${n}`));
  });
});

describe('archiving', () => {
  test('moves each entry once, also when the process dies after any of its steps', async () => {
    await complete(5);
    const expected = await all();
    const dying: Pick<AuditLog, 'page' | 'drop'> = {
      page: log.page.bind(log),
      drop: () => Promise.reject(new Error('died')),
    };
    await expect(archiveOldest(dying, store, START + 3_000)).rejects.toThrow('died');
    expect(await all()).toEqual(expected);
    await complete(3, 'later');
    const later = await all();
    await archiveAll();
    expect(await all()).toEqual(later);
    expect(later.slice(0, 5)).toEqual(expected);
    expect(new Set(later.map(({ sequence }) => sequence)).size).toBe(8);
  });

  test('drops nothing that could not be stored', async () => {
    await complete(5);
    const away = { ...store, createIfAbsent: () => Promise.reject(new Error('the store is away')) };
    await expect(archiveOldest(log, away, now)).rejects.toThrow('the store is away');
    expect((await log.backlog()).completed).toBe(5);
  });

  test('keeps entries of one day together', async () => {
    await complete(2);
    now += DAY;
    await complete(2, 'next');
    await archiveAll();
    expect((await segments()).map((key) => key.slice(0, '_audit/2026-11-20'.length))).toEqual([
      '_audit/2026-11-20',
      '_audit/2026-11-21',
    ]);
  });
});

describe('retention', () => {
  test('removes whole days, the oldest first, up to a number at a time, and nothing that is not archived', async () => {
    for (const name of ['a', 'b', 'c']) {
      await complete(2, name);
      await archiveAll();
      now += DAY;
    }
    await complete(1, 'open');
    const cutoff = Date.parse('2026-11-22T00:00:00Z');
    expect([
      await removeSegments(store, cutoff, 1),
      await removeSegments(store, cutoff, 1),
      await removeSegments(store, cutoff, 1),
    ]).toEqual([1, 1, 0]);
    expect((await all()).map(({ start }) => start.id)).toEqual(['c0', 'c1', 'open0']);
    expect(await removeSegments(store, Infinity, 10)).toBe(1);
    expect((await all()).map(({ start }) => start.id)).toEqual(['open0']);
  });

  test('is refused when entries could be removed that are not complete', () => {
    expect(() => checkRetention(2 * HOUR, HOUR)).toThrow(AuditRetentionError);
    expect(() => checkRetention(2 * HOUR + 1, HOUR)).not.toThrow();
  });
});
