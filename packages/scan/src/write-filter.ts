import type { ScanFilter } from './program.js';
import * as format from './program-format.js';
import type { ProgramMemory } from './program-memory.js';
import { writeInstruction } from './write-instruction.js';

/** Seconds before and after all that an instant can name. */
const ALWAYS = { seconds: -(2 ** 52), nanoseconds: 0 };
const NEVER = { seconds: 2 ** 52, nanoseconds: 0 };

/**
 * Writes a filter and returns its address; 0 without a filter.
 *
 * @param addresses of the nodes, and of the sets of ids
 */
export function writeFilter(
  filter: ScanFilter | undefined,
  { trie, set, exempt }: { readonly trie: number; readonly set: number; readonly exempt: number },
  memory: ProgramMemory,
): number {
  if (filter === undefined) return 0;
  const { changed, ids } = filter;
  const at = memory.reserve(format.FILTER_BYTES);
  memory.word(at + format.FILTER_ROOT, trie + filter.root * format.NODE_BYTES);
  if (changed !== undefined) {
    memory.word(at + format.FILTER_CHANGED, writeInstruction(changed.at, memory));
    const { after = ALWAYS, until = NEVER } = changed;
    memory.long(at + format.FILTER_SECONDS, BigInt.asUintN(64, BigInt(after.seconds)));
    memory.word(at + format.FILTER_NANOSECONDS, after.nanoseconds);
    memory.long(at + format.FILTER_UNTIL_SECONDS, BigInt.asUintN(64, BigInt(until.seconds)));
    memory.word(at + format.FILTER_UNTIL_NANOSECONDS, until.nanoseconds);
  }
  if (ids !== undefined) {
    const found = ids.found.map((instruction) => writeInstruction(instruction, memory));
    memory.word(at + format.FILTER_ID_COUNT, found.length);
    memory.word(at + format.FILTER_IDS, memory.words(found));
    memory.word(at + format.FILTER_BY_REFERENCE, ids.byReference ? 1 : 0);
    memory.word(at + format.FILTER_SET, set);
    if (ids.exempt !== undefined) memory.word(at + format.FILTER_EXEMPT, exempt);
  }
  return at;
}
