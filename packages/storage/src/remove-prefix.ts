import type { ObjectStore } from './sink.js';

const KEYS_AT_ONCE = 1000;

/**
 * Removes every object below a prefix, leftovers of uploads included, a page at a time. It may be repeated and
 * may run in several processes at once.
 *
 * @param last keys that go after everything else, one by one in this order; they need not exist
 * @returns how many objects were found
 */
export async function removePrefix(
  store: Pick<ObjectStore, 'list' | 'remove'>,
  prefix: string,
  last: readonly string[] = [],
): Promise<number> {
  const lastKeys = new Set(last);
  let found = 0;
  let page: string[] = [];
  for await (const { key } of store.list(prefix)) {
    found += 1;
    if (lastKeys.has(key)) continue;
    page.push(key);
    if (page.length < KEYS_AT_ONCE) continue;
    await store.remove(page);
    page = [];
  }
  if (page.length > 0) await store.remove(page);
  for (const key of last) await store.remove([key]);
  return found;
}
