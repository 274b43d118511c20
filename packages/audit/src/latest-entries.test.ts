import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { archiveOldest } from './archive.js';
import type { AuditLog } from './audit-log.js';
import { started } from './contract/describe-audit-log.js';
import { latestEntries } from './latest-entries.js';
import { createMemoryAuditLog } from './memory/memory-audit-log.js';

let now: number;
let log: AuditLog;
let store: Sink;
beforeEach(() => {
  now = Date.parse('2026-11-20T22:00:00Z');
  log = createMemoryAuditLog({ now: () => now });
  store = createMemorySink();
});

async function complete(count: number, everyMs: number, name: string): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await log.init(started(`${name}${n}`));
    now += everyMs;
    await log.complete(`${name}${n}`, { kind: 'success', status: 200 });
  }
  now += 1;
}
const latest = async (most: number): Promise<string[]> =>
  (await latestEntries(log, store, now, most)).entries.map(({ start }) => start.id);

describe('the latest entries', () => {
  test('are the newest first, from the archive and from Redis', async () => {
    await complete(3, 600_000, 'old');
    while ((await archiveOldest(log, store, now)) > 0);
    await complete(2, 1_000, 'new');
    expect(await latest(10)).toEqual(['new1', 'new0', 'old2', 'old1', 'old0']);
    expect(await latest(2)).toEqual(['new1', 'new0']);
  });

  test('are found in a flood, without reading all of it', async () => {
    await complete(520, 10, 'e');
    expect((await latest(5)).at(0)).toBe('e519');
    expect(await latest(5)).toHaveLength(5);
  });

  test('are none that are older than a day; the answer says from when it has all', async () => {
    await complete(1, 1, 'old');
    now += 25 * 3_600_000;
    expect(await latestEntries(log, store, now, 5)).toEqual({ entries: [], from: now - 24 * 3_600_000 });
  });
});
