import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditStart } from '../audit-entry.js';
import type { AuditLog } from '../audit-log.js';

/** A log under test, and its clock. */
export interface LogUnderTest {
  readonly log: AuditLog;
  /** By the clock of the log, in ms. */
  now(): Promise<number>;
  /** Resolves once that many ms have passed by that clock. */
  elapse(ms: number): Promise<void>;
  close(): Promise<void>;
}

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };
const SUCCESS = { kind: 'success', status: 202 } as const;

export function started(id: string): AuditStart {
  return { id, action: 'cancel', tenant: 'default', client: 'anonymous', exportId: 'e1' };
}

/** The promises of every audit log. */
export function describeAuditLog(name: string, open: (maxBytes?: number) => Promise<LogUnderTest>): void {
  describe(name, () => {
    let under: LogUnderTest;
    let log: AuditLog;
    beforeEach(async () => {
      under = await open();
      ({ log } = under);
    });
    afterEach(() => under.close());

    const complete = async (...ids: string[]): Promise<void> => {
      for (const id of ids) {
        await log.init(started(id));
        await log.complete(id, SUCCESS);
      }
      await under.elapse(2);
    };
    const ids = async (...[window, after, max]: Parameters<AuditLog['page']>): Promise<string[]> =>
      (await log.page(window, after, max)).map(({ start }) => start.id);

    test('lists an entry when it is complete, and not before', async () => {
      await log.init(started('a'));
      await under.elapse(2);
      expect(await log.page(ALL, undefined, 10)).toEqual([]);
      expect(await log.complete('a', SUCCESS)).toBe('completed');
      await under.elapse(2);
      const [entry, ...others] = await log.page(ALL, undefined, 10);
      expect(others).toEqual([]);
      expect(entry).toMatchObject({ start: started('a'), result: SUCCESS });
      expect(entry?.completedAt).toBeGreaterThan(entry?.startedAt ?? Infinity);
    });

    test('completes an entry once, and nothing that was never begun', async () => {
      await complete('a');
      const before = await log.page(ALL, undefined, 10);
      const failure = { kind: 'error', status: 500, code: 'exception', message: 'late' } as const;
      expect(await log.complete('a', failure)).toBe('already_completed');
      expect(await log.complete('never', failure)).toBe('already_completed');
      expect(await log.page(ALL, undefined, 10)).toEqual(before);
    });

    test('of many that complete an entry one does', async () => {
      await log.init(started('a'));
      const answers = await Promise.all(Array.from({ length: 10 }, () => log.complete('a', SUCCESS)));
      expect(answers.filter((answer) => answer === 'completed')).toHaveLength(1);
    });

    test('keeps the order of completion, page by page', async () => {
      await log.init(started('first-begun'));
      await complete('a', 'b', 'c', 'd');
      await log.complete('first-begun', SUCCESS);
      await under.elapse(2);
      const order = ['a', 'b', 'c', 'd', 'first-begun'];
      expect(await ids(ALL, undefined, 10)).toEqual(order);
      const pages: string[] = [];
      let after: Parameters<AuditLog['page']>[1];
      for (;;) {
        const page = await log.page(ALL, after, 2);
        if (page.length === 0) break;
        for (const { start } of page) pages.push(start.id);
        after = page.at(-1);
      }
      expect(pages).toEqual(order);
    });

    test('gives a window its own entries: from then on, and before then', async () => {
      await complete('a');
      await complete('b');
      await complete('c');
      const [, b, c] = await log.page(ALL, undefined, 10);
      const window = { from: b?.completedAt ?? 0, to: c?.completedAt ?? 0 };
      expect(await ids(window, undefined, 10)).toEqual(['b']);
    });

    test('does not list the current millisecond', async () => {
      await complete('a');
      const at = (await log.page(ALL, undefined, 1))[0]?.completedAt ?? 0;
      expect(at).toBeLessThan(await under.now());
    });

    test('ends entries as unknown that were begun long ago: the oldest first, up to the limit, until none is left', async () => {
      for (const id of ['a', 'b', 'c']) {
        await log.init(started(id));
        await under.elapse(2);
      }
      const cutoff = await under.now();
      await log.init(started('young'));
      expect([
        await log.timeOut(cutoff - 1, 2),
        await log.timeOut(cutoff - 1, 2),
        await log.timeOut(cutoff - 1, 2),
      ]).toEqual([2, 1, 0]);
      await under.elapse(2);
      const entries = await log.page(ALL, undefined, 10);
      expect(entries.map(({ start, result }) => `${start.id} ${result.kind}`)).toEqual([
        'a unknown',
        'b unknown',
        'c unknown',
      ]);
      expect(await log.complete('a', SUCCESS)).toBe('already_completed');
      expect(await log.page(ALL, undefined, 10)).toEqual(entries);
      expect(await log.complete('young', SUCCESS)).toBe('completed');
    });

    test('forgets the archived entries, and none after them', async () => {
      await complete('a', 'b', 'c');
      const [, b] = await log.page(ALL, undefined, 10);
      if (b === undefined) throw new Error('there is no entry');
      expect(await log.drop(b)).toBe(2);
      expect(await ids(ALL, undefined, 10)).toEqual(['c']);
      expect(await log.drop(b)).toBe(0);
    });

    test('takes no entry when too many bytes wait, and takes one again when they are archived', async () => {
      const small = await open(400);
      try {
        let taken = 0;
        while ((await small.log.init(started(`e${taken}`))) === 'started') taken += 1;
        expect(taken).toBeGreaterThan(0);
        expect((await small.log.backlog()).bytes).toBeLessThanOrEqual(400);
        await small.log.complete('e0', SUCCESS);
        for (let n = 1; n < taken; n += 1) await small.log.complete(`e${n}`, SUCCESS);
        expect(await small.log.init(started('more'))).toBe('full');
        await small.elapse(2);
        await small.log.drop({ completedAt: await small.now(), sequence: taken });
        expect(await small.log.backlog()).toEqual({ open: 0, completed: 0, bytes: 0 });
        expect(await small.log.init(started('more'))).toBe('started');
      } finally {
        await small.close();
      }
    });
  });
}
