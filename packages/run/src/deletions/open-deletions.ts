import { LRUCache } from 'lru-cache';
import type { ObjectStore } from '@millrace/storage';
import { readDeletionTimes } from './deletion-times.js';
import type { DeletionTimes } from './deletion-times.js';

/** Opens what an export knows of deletions. */
export interface OpenDeletions {
  /** @param key of the object with the deletions of the type */
  times(resourceType: string, key: string): Promise<DeletionTimes>;
  /** `Type/id` of the resources that objects of `standing-parts.ts` name. */
  standing(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A thread works on few types at the same time, and a table takes up to 50 MB. */
const TABLES_KEPT = 2;

/** Keeps the tables that a thread opened last, so that the ranges of a type share one. */
export function createDeletions(read: ObjectStore['read']): OpenDeletions {
  const tables = new LRUCache<string, DeletionTimes>({ max: TABLES_KEPT });

  async function bytesOf(key: string): Promise<Uint8Array> {
    const bytes = await read(key);
    if (bytes === undefined) throw new Error(`${key} is missing from the object store`);
    return bytes;
  }

  return {
    async times(resourceType, key) {
      const kept = tables.get(key) ?? readDeletionTimes(resourceType, await bytesOf(key));
      tables.set(key, kept);
      return kept;
    },
    async standing(keys) {
      const standing = new Set<string>();
      for (const key of keys) {
        const text = Buffer.from(await bytesOf(key)).toString('latin1');
        for (const line of text.split('\n')) if (line !== '') standing.add(line);
      }
      return standing;
    },
  };
}
