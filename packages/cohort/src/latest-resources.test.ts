import { expect, test } from '@jest/globals';
import { latestResources } from './latest-resources.js';

const AT = Date.parse('2026-06-01T00:00:00Z');
const version = (id: string, n: number, lastUpdated?: string) => {
  return { id, n, ...(lastUpdated === undefined ? {} : { meta: { lastUpdated } }) };
};

test('the latest version until a moment is that with the greatest time, and of equal ones the last', async () => {
  const all = [
    version('a', 1, '2026-03-01T00:00:00Z'),
    version('b', 1),
    version('a', 2, '2026-02-01T00:00:00Z'),
    version('a', 3, '2026-07-01T00:00:00Z'),
    version('b', 2),
    version('c', 1, '2026-01-01T00:00:00.0000000001Z'),
    version('c', 2, '2026-01-01T00:00:00Z'),
    version('a', 4),
  ];
  const found: unknown[] = [];
  async function* find() {
    yield* all;
  }
  for await (const { id, n } of latestResources(find, new Set(['a', 'b', 'c']), AT) as AsyncIterable<{
    id: string;
    n: number;
  }>)
    found.push(`${id}${n}`);
  expect(found).toEqual(['a1', 'b2', 'c1']);
});
