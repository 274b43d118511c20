import { BACKSLASH, QUOTE, SLASH } from './chars';
import { IdSet } from './id-set';
import { KeyTrie } from './key-trie';
import { StructuralIndex } from './structural-index';

/** `Patient` as a number of eight bytes with the first one lowest. */
const PATIENT: u64 = 0x00746e6569746150;
const SEVEN_BYTES: u64 = 0x00ffffffffffffff;
/** Loaded from memory, as in the structural index. */
const LETTERS_OF_PATIENT: usize = memory.data<u8>([0x50, 0x74], 16);
const LETTERS_OF_ESCAPES: usize = memory.data<u8>([0x5c, 0x75], 16);
/** No id of a set is longer than 64. */
const MOST_BYTES: u32 = 80;

/**
 * Looks for references to patients in lines that nobody has walked: most have one or two. With it, Observations
 * that are all left out took four fifths of the time.
 */
export class ReferenceSearch {
  /** Whether a reference to a patient of a set may stand anywhere from `start` to `end`. */
  static mayFind(set: usize, start: usize, end: usize): bool {
    return (
      (KeyTrie.hasUnicodeEscapes && ReferenceSearch.find(set, start, end, LETTERS_OF_ESCAPES, 1)) ||
      ReferenceSearch.find(set, start, end, LETTERS_OF_PATIENT, 6)
    );
  }

  /** Looks at each place where two letters stand at a distance, 64 bytes at a time. */
  static find(set: usize, start: usize, end: usize, letters: usize, distance: u32): bool {
    const first = v128.load_splat<u8>(letters);
    const last = v128.load_splat<u8>(letters + 1);
    for (let p = start; p < end; p += 64) {
      const q = p + distance;
      const a = v128.and(i8x16.eq(v128.load(p), first), i8x16.eq(v128.load(q), last));
      const b = v128.and(i8x16.eq(v128.load(p, 16), first), i8x16.eq(v128.load(q, 16), last));
      const c = v128.and(i8x16.eq(v128.load(p, 32), first), i8x16.eq(v128.load(q, 32), last));
      const d = v128.and(i8x16.eq(v128.load(p, 48), first), i8x16.eq(v128.load(q, 48), last));
      if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
      let mask = StructuralIndex.bits(a, b, c, d);
      for (; mask; mask &= mask - 1) {
        if (ReferenceSearch.mayRefer(set, p + <usize>ctz(mask))) return true;
      }
    }
    return false;
  }

  /** Whether `Patient/id` may stand there, with an id of the set. A letter may also be an escape, and so may the slash. */
  static mayRefer(set: usize, place: usize): bool {
    if (load<u8>(place) == BACKSLASH) return ReferenceSearch.isOfAscii(place);
    if ((load<u64>(place) & SEVEN_BYTES) != PATIENT) return false;
    const slash: u32 = load<u8>(place, 7);
    if (slash != SLASH) return slash == BACKSLASH;
    const id = place + 8;
    for (let i: u32 = 0; i < MOST_BYTES; i += 16) {
      const v = v128.load(id + i);
      const closing = v128.or(i8x16.eq(v, i8x16.splat(<i8>QUOTE)), i8x16.eq(v, i8x16.splat(<i8>SLASH)));
      const mask: u32 = i8x16.bitmask(v128.or(closing, i8x16.eq(v, i8x16.splat(<i8>BACKSLASH))));
      if (!mask) continue;
      const length = i + <u32>ctz(mask);
      return load<u8>(id + length) == BACKSLASH || IdSet.has(set, id, length);
    }
    return false;
  }

  /** Whether `\u00` and a digit up to 7 stand there. */
  @inline static isOfAscii(place: usize): bool {
    return load<u16>(place, 2) == 0x3030 && load<u8>(place, 4) < 0x38;
  }
}
