import { randomUUID } from 'node:crypto';
import { PROBE_PREFIX } from './keys.js';
import type { ObjectStore } from './sink.js';

const RACERS = 4;

/**
 * Whether the store really creates an object only if it is absent. Some servers that speak the protocol of S3
 * ignore the condition without saying so, and then nothing would decide between two racers.
 *
 * @throws StoreUnavailableError when the store cannot be written
 */
export async function probeConditionalPut(
  store: Pick<ObjectStore, 'createIfAbsent' | 'remove'>,
): Promise<boolean> {
  const key = `${PROBE_PREFIX}${randomUUID()}.json`;
  const create = (n: number) => store.createIfAbsent(key, Buffer.from(`${n}`));
  try {
    const results = await Promise.all(Array.from({ length: RACERS }, (_, n) => create(n)));
    const winners = results.filter((result) => result === 'created').length;
    // None, when the answer to the winner was lost and its repetition found the object.
    return winners <= 1 && (await create(RACERS)) === 'exists';
  } finally {
    await store.remove([key]);
  }
}
