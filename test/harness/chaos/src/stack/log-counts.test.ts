import { expect, test } from '@jest/globals';
import { createLogCounter } from './log-counts.js';

const started = (step: string, offset: number): string =>
  JSON.stringify({ msg: 'shard started', exportId: 'e1', step, attempt: 1, offset });

test('a shard is resumed when it starts further on than before, and repeated when it does not', () => {
  const { counts, add } = createLogCounter();
  for (const line of [started('shard-1', 600), started('shard-1', 900), started('shard-1', 900)]) add(line);
  expect(counts).toMatchObject({ shardsStarted: 1, shardsResumed: 1, shardsRepeated: 1 });
});

test('lines that were cut off by a kill, or are no events, do not count', () => {
  const { counts, add } = createLogCounter();
  for (const line of [started('shard-0', 0).slice(0, 30), 'Error: broken', '{"level":"info"}', '']) add(line);
  expect(Object.values(counts).every((count) => count === 0)).toBe(true);
});
