import { randomUUID } from 'node:crypto';
import { PROBE_PREFIX } from './keys.js';
import type { ObjectStore } from './sink.js';

/** As much as a file sink writes at once: less may find a place where parts do not. */
const PROBE_BYTES = 1024 * 1024;

/**
 * Looks whether a store takes objects again after it did not.
 *
 * @throws StoreUnavailableError while it does not
 */
export async function probeStore(store: Pick<ObjectStore, 'createIfAbsent' | 'remove'>): Promise<void> {
  const key = `${PROBE_PREFIX}${randomUUID()}`;
  try {
    await store.createIfAbsent(key, Buffer.alloc(PROBE_BYTES));
  } finally {
    // Of one that does not come through, the answer may have been lost.
    await store.remove([key]);
  }
}
