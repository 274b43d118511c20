import { ANY_BASE, BASE_BYTES, BASE_CASELESS, BASE_LENGTH, BASE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { HASH, QUESTION, SLASH } from './chars';

/** `_history` as a number of eight bytes with the first one lowest. */
const HISTORY: u64 = 0x79726f747369685f;

/** The bases under which absolute references are those of the source itself. */
export class Bases {
  static first: usize = 0;
  /** `ANY_BASE` when all of them are. */
  static count: u32 = 0;

  /** Where the text after its base begins: at `start` if it has no base; 0 if there is no such place. */
  static relative(start: usize, end: usize): usize {
    if (Bases.count == ANY_BASE) return Bases.lastRelative(start, end);
    let base = Bases.first;
    for (let i: u32 = 0; i < Bases.count; i++, base += BASE_BYTES) {
      const behind = start + load<u32>(base, BASE_LENGTH);
      if (behind < end && load<u8>(behind) == SLASH && Bases.isAt(base, start)) return behind + 1;
    }
    return start;
  }

  static isAt(base: usize, start: usize): bool {
    const text: usize = load<u32>(base, BASE_START);
    const caseless = load<u32>(base, BASE_CASELESS);
    const length = load<u32>(base, BASE_LENGTH);
    if (!Bytes.equal(start + caseless, text + caseless, length - caseless)) return false;
    for (let i: u32 = 0; i < caseless; i++) {
      const char: u32 = load<u8>(start + i);
      if ((char - 0x41 <= 25 ? char | 0x20 : char) != load<u8>(text + i)) return false;
    }
    return true;
  }

  /** The last `Type/id` or `Type/id/_history/version` of a text that is not a search. */
  static lastRelative(start: usize, end: usize): usize {
    let last: usize = 0;
    let second: usize = 0;
    let third: usize = 0;
    let fourth: usize = 0;
    for (let p = start; p < end; p++) {
      const char: u32 = load<u8>(p);
      if (char == QUESTION || char == HASH) return 0;
      if (char != SLASH) continue;
      fourth = third;
      third = second;
      second = last;
      last = p;
    }
    const hasVersion = second && last - second == 9 && load<u64>(second, 1) == HISTORY;
    const before = hasVersion ? fourth : second;
    return before ? before + 1 : start;
  }
}
