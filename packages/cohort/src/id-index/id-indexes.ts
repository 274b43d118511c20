import type { PinnedInput, Source } from '@millrace/storage';
import { IdIndexDamagedError } from './errors.js';
import { indexKey, pinOf } from './index-keys.js';
import type { IndexedType } from './index-keys.js';
import type { IndexRecord } from './index-record.js';
import { openIndex } from './open-index.js';
import type { IndexStore, OpenIndex } from './open-index.js';

/** What the index of a file says about some ids. */
export interface IndexAnswer {
  /** The records with one of the ids. */
  readonly records: readonly IndexRecord[];
  /** False where the file may have ids that its index does not have, because it is damaged. */
  readonly isWhole: boolean;
}

/** The indexes in the store. */
export interface IdIndexes {
  /** Undefined when the file has no index. @throws storage's errors */
  find(
    source: Pick<Source, 'name'>,
    resourceType: IndexedType,
    input: PinnedInput,
    ids: ReadonlySet<string>,
  ): Promise<IndexAnswer | undefined>;
}

export interface IdIndexPorts {
  readonly store: IndexStore & { remove(keys: readonly string[]): Promise<void> };
  /** Most memory that opened indexes take. */
  readonly heldBytes: number;
  /** Is told of a damaged index, which is removed so that it is built again. */
  onDamaged(error: IdIndexDamagedError): void;
}

/** Answers from the indexes of the store, of which those that were used last stay open. */
export function createIdIndexes({ store, heldBytes, onDamaged }: IdIndexPorts): IdIndexes {
  const opened = createOpenIndexes(heldBytes);

  async function answer(
    key: string,
    of: string,
    ids: ReadonlySet<string>,
  ): Promise<IndexAnswer | 'absent' | 'gone'> {
    const index = opened.get(key) ?? (await openIndex(store, key, of));
    if (index === undefined) return 'absent';
    opened.keep(key, index);
    const records: IndexRecord[] = [];
    try {
      for await (const record of index.find(ids)) records.push(record);
    } catch (error) {
      opened.drop(key);
      if (isGone(error)) return 'gone';
      throw error;
    }
    return { records, isWhole: index.isWhole };
  }

  return {
    async find(source, resourceType, input, ids) {
      const of = { source, resourceType, input };
      const key = indexKey(of);
      try {
        let found = await answer(key, pinOf(of), ids);
        // It was removed, and perhaps built again, since it was opened.
        if (found === 'gone') found = await answer(key, pinOf(of), ids);
        return typeof found === 'string' ? undefined : found;
      } catch (error) {
        if (!(error instanceof IdIndexDamagedError)) throw error;
        onDamaged(error);
        await store.remove([key]);
        return undefined;
      }
    },
  };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && ['ObjectMissingError', 'ObjectChangedError'].includes(error.name);
}

/** The indexes that were used last, up to a size. */
function createOpenIndexes(heldBytes: number) {
  /** In the order of their last use. */
  const kept = new Map<string, OpenIndex>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= kept.get(key)?.heldBytes ?? 0;
    kept.delete(key);
  }

  return {
    get: (key: string): OpenIndex | undefined => kept.get(key),
    drop,
    keep(key: string, index: OpenIndex): void {
      drop(key);
      kept.set(key, index);
      bytes += index.heldBytes;
      for (const oldest of kept.keys()) {
        if (bytes <= heldBytes || oldest === key) break;
        drop(oldest);
      }
    },
  };
}
