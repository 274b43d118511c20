import { expect, test } from '@jest/globals';
import { readAhead } from './read-ahead.js';

test('as many tasks as it may are begun at once, and one more for each result that was used up', async () => {
  const begun: number[] = [];
  const results = readAhead(7, 3, async (n) => {
    begun.push(n);
    return `result ${n}`;
  });
  const used: string[] = [];
  const begunAtUse: number[] = [];
  for await (const result of results) {
    used.push(result);
    begunAtUse.push(begun.length);
  }
  expect(used).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `result ${n}`));
  expect(begunAtUse).toEqual([3, 4, 5, 6, 7, 7, 7]);
});

test('results come in order, whichever is there first', async () => {
  const done: (() => void)[] = [];
  const results = readAhead(2, 2, (n) => new Promise<number>((resolve) => (done[n] = () => resolve(n))));
  const first = results.next();
  done[1]?.();
  done[0]?.();
  expect([(await first).value, (await results.next()).value]).toEqual([0, 1]);
});

test('a task that fails is told in its turn', async () => {
  const results = readAhead(2, 2, async (n) => {
    if (n === 1) throw new Error('the second failed');
    return n;
  });
  expect((await results.next()).value).toBe(0);
  await expect(results.next()).rejects.toThrow('the second failed');
});
