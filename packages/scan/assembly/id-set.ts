import { SET_HASH_FACTOR, SET_MASK, SET_SLOTS } from '../src/program-format';
import { Bytes } from './bytes';

const LONGEST_ID: u32 = 64;

/** A set of ids as the host writes it: see `id-set.ts` there. */
export class IdSet {
  static has(set: usize, start: usize, length: u32): bool {
    if (length > LONGEST_ID) return false;
    const mask = load<u32>(set, SET_MASK);
    let slot = IdSet.hash(start, length) & mask;
    while (true) {
      const entry = load<u32>(set + (slot << 2), SET_SLOTS);
      if (!entry) return false;
      const stored = set + entry;
      if (load<u8>(stored) == length && Bytes.equal(stored + 1, start, length)) return true;
      slot = (slot + 1) & mask;
    }
  }

  @inline static hash(start: usize, length: u32): u32 {
    let hash = length;
    for (let i: u32 = 0; i < length; i += 4) {
      let word = load<u32>(start + i);
      if (length - i < 4) word &= (1 << ((length - i) << 3)) - 1;
      hash = (hash ^ word) * SET_HASH_FACTOR;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
