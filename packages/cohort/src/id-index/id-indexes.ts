import type { PinnedInput, Source } from '@millrace/storage';
import { IdIndexDamagedError } from './errors.js';
import { indexKey, pinOf } from './index-keys.js';
import type { IndexedType } from './index-keys.js';
import type { IndexRecord } from './index-record.js';
import { openIndex } from './open-index.js';
import type { IndexStore, OpenIndex } from './open-index.js';

/** The answer of the index of a file about some ids. */
export interface IndexAnswer<Found> {
  /** Of the ids that it has. */
  readonly found: Found;
  /** False where the file may have ids that its index does not have, because it is damaged. */
  readonly isWhole: boolean;
}

/** Asks the index of a file about some ids. Undefined when the file has none. @throws storage's errors */
type Ask<Found> = (
  source: Pick<Source, 'name'>,
  resourceType: IndexedType,
  input: PinnedInput,
  ids: ReadonlySet<string>,
) => Promise<IndexAnswer<Found> | undefined>;

/** The indexes in the store. */
export interface IdIndexes {
  /** The ids that it has. */
  readonly has: Ask<ReadonlySet<string>>;
  /** Their records. */
  readonly find: Ask<readonly IndexRecord[]>;
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

  async function answer<Found>(
    key: string,
    of: string,
    look: (index: OpenIndex) => Promise<Found>,
  ): Promise<IndexAnswer<Found> | 'absent' | 'gone'> {
    const index = opened.get(key) ?? (await openIndex(store, key, of));
    if (index === undefined) return 'absent';
    opened.keep(key, index);
    try {
      return { found: await look(index), isWhole: index.isWhole };
    } catch (error) {
      opened.drop(key);
      if (isGone(error)) return 'gone';
      throw error;
    }
  }

  function asking<Found>(look: (index: OpenIndex, ids: ReadonlySet<string>) => Promise<Found>): Ask<Found> {
    return async (source, resourceType, input, ids) => {
      const of = { source, resourceType, input };
      const key = indexKey(of);
      const lookAt = (index: OpenIndex): Promise<Found> => look(index, ids);
      try {
        let answered = await answer(key, pinOf(of), lookAt);
        // It was removed, and perhaps built again, since it was opened.
        if (answered === 'gone') answered = await answer(key, pinOf(of), lookAt);
        return typeof answered === 'string' ? undefined : answered;
      } catch (error) {
        if (!(error instanceof IdIndexDamagedError)) throw error;
        onDamaged(error);
        await store.remove([key]);
        return undefined;
      }
    };
  }

  return {
    has: asking((index, ids) => index.has(ids)),
    find: asking(async (index, ids) => {
      const records: IndexRecord[] = [];
      for await (const record of index.find(ids)) records.push(record);
      return records;
    }),
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
