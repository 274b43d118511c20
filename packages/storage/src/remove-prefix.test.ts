import { expect, it } from '@jest/globals';
import { keysOf } from './contract/collect.js';
import { createMemorySink } from './memory/memory-sink.js';
import { removePrefix } from './remove-prefix.js';

it('removes a prefix of any size page by page, the named keys last and in their order', async () => {
  const sink = createMemorySink();
  const parts = Array.from({ length: 2500 }, (_, n) => `t/e/s/${n}.csv`);
  for (const key of [...parts, 't/e/manifest.json', 't/e/request.json', 't/e2/manifest.json']) {
    await sink.createIfAbsent(key, Buffer.from('{}'));
  }
  const pages: (readonly string[])[] = [];
  const store = {
    list: sink.list,
    remove: async (keys: readonly string[]) => {
      pages.push(keys);
      await sink.remove(keys);
    },
  };
  const last = ['t/e/manifest.json', 't/e/request.json', 't/e/deleted.json'];
  expect(await removePrefix(store, 't/e/', last)).toBe(2502);
  expect(pages.map((page) => page.length)).toEqual([1000, 1000, 500, 1, 1, 1]);
  expect(pages.slice(3).flat()).toEqual(last);
  expect(await keysOf(sink.list(''))).toEqual(['t/e2/manifest.json']);
});
