import type { PinnedInput, Source } from '@millrace/storage';
import type { IdIndexes } from './id-indexes.js';
import type { IndexedType } from './index-keys.js';

/** The answer of the indexes of some files about some ids. */
export interface IdAnswer {
  /** Ids that no index has. */
  readonly missing: readonly string[];
  /** Files that have no index, so that they may have the missing ids. */
  readonly pending: readonly PinnedInput[];
  /** Whether a damaged file may have missing ids: no index knows all of its ids. */
  readonly isDamaged: boolean;
}

/** Files whose indexes are asked at the same time: an object store answers each after some milliseconds. */
const AT_ONCE = 16;

/** Asks the indexes of some files, until all ids are found. */
export async function lookUpIds(
  indexes: IdIndexes,
  source: Pick<Source, 'name'>,
  resourceType: IndexedType,
  inputs: readonly PinnedInput[],
  ids: Iterable<string>,
): Promise<IdAnswer> {
  const missing = new Set(ids);
  const pending: PinnedInput[] = [];
  let isDamaged = false;
  for (let at = 0; at < inputs.length && missing.size > 0; at += AT_ONCE) {
    const some = inputs.slice(at, at + AT_ONCE);
    const wanted = new Set(missing);
    const answers = await Promise.all(some.map((input) => indexes.has(source, resourceType, input, wanted)));
    for (const [index, answer] of answers.entries()) {
      const input = some[index];
      if (answer === undefined && input !== undefined) pending.push(input);
      if (answer?.isWhole === false) isDamaged = true;
      for (const id of answer?.found ?? []) missing.delete(id);
    }
  }
  return { missing: [...missing], pending, isDamaged };
}
