import type { ScanFilter } from './program.js';
import * as format from './program-format.js';
import type { ProgramMemory } from './program-memory.js';
import { writeInstruction } from './write-instruction.js';

/**
 * Writes a filter and returns its address; 0 without a filter.
 *
 * @param addresses of the nodes, and of the ids
 */
export function writeFilter(
  filter: ScanFilter | undefined,
  { trie, set }: { readonly trie: number; readonly set: number },
  memory: ProgramMemory,
): number {
  if (filter === undefined) return 0;
  const { since, ids } = filter;
  const at = memory.reserve(format.FILTER_BYTES);
  memory.word(at + format.FILTER_ROOT, trie + filter.root * format.NODE_BYTES);
  if (since !== undefined) {
    memory.word(at + format.FILTER_CHANGED, writeInstruction(since.changed, memory));
    memory.word(at + format.FILTER_SECONDS, since.seconds >>> 0);
    memory.word(at + format.FILTER_SECONDS + 4, Math.floor(since.seconds / 2 ** 32) >>> 0);
    memory.word(at + format.FILTER_NANOSECONDS, since.nanoseconds);
  }
  if (ids !== undefined) {
    const found = ids.found.map((instruction) => writeInstruction(instruction, memory));
    memory.word(at + format.FILTER_ID_COUNT, found.length);
    memory.word(at + format.FILTER_IDS, memory.words(found));
    memory.word(at + format.FILTER_BY_REFERENCE, ids.byReference ? 1 : 0);
    memory.word(at + format.FILTER_SET, set);
  }
  return at;
}
