import { OPEN_BRACKET } from './chars';
import { CLASS_OTHER, Grammar } from './grammar';
import { GAP_BLANK, GAP_ODD, GAP_STRING, Scalars } from './scalars';

/**
 * What no view reads. Like `Capture` it goes along the entries of the structural index, and looks at what stands between
 * two of them: a gap is blank, a string or a scalar. Whatever breaks the grammar ends the walk, and 0 is returned all the
 * way up; a newline is among the entries, so that no walk leaves its line.
 */
export class SkippedValues {
  /** Otherwise only their brackets are counted: a quarter more speed, and what is wrong with them goes unnoticed. */
  static areChecked: bool = true;

  /**
   * A value that begins at `start` and is not simply a string; `at` is the first entry from there on, which is at `end`.
   *
   * @returns the entry that follows on the value, or 0
   */
  static other(at: usize, start: usize, end: usize): usize {
    if (!SkippedValues.areChecked) return SkippedValues.opens(end) ? SkippedValues.follow(at) : at;
    if (start != end) {
      const gap = Scalars.spacedGap(start, end);
      if (gap != GAP_BLANK) return gap == GAP_ODD ? 0 : at;
    }
    if (!SkippedValues.opens(end)) return 0;
    return SkippedValues.closed(SkippedValues.nested(at));
  }

  /** The entry after a closed bracket, unless something stands between the two. */
  @inline static closed(at: usize): usize {
    if (!at) return 0;
    return Scalars.isBlank(<usize>load<u32>(at - 4) + 1, <usize>load<u32>(at)) ? at : 0;
  }

  /** Square or curly: the two differ in one bit. */
  @inline static opens(place: usize): bool {
    return ((<u32>load<u8>(place)) & 0xdf) == OPEN_BRACKET;
  }

  /** From the entry of a bracket that opens to the one after the bracket that closes as many, by counting. */
  static follow(at: usize): usize {
    let depth: u32 = 0;
    do {
      const char = Grammar.classOf(load<u32>(at));
      if (char == CLASS_OTHER) return 0;
      depth += ((char >> 1) & 1) - (char >> 2);
      at += 4;
    } while (depth);
    return at;
  }

  /**
   * From the entry of a bracket that opens to the one after the bracket that closes it: a loop over tables, of which all
   * views gained 3 to 8 % over a function for each kind of bracket. The kinds of the open ones are bits below one that is
   * always set, and is the sign of the number when there are too many.
   */
  static nested(at: usize): usize {
    if (!SkippedValues.areChecked) return SkippedValues.follow(at);
    let open: u64 = 1;
    let expected: u32 = 0xff;
    do {
      const place: usize = load<u32>(at);
      at += 4;
      const char = Grammar.classOf(place);
      if (!((expected >> char) & 1)) return 0;
      const opens = (char >> 1) & 1;
      open = ((open << opens) | (char & opens)) >> (char >> 2);
      let gap = Grammar.gapAt(place + 1);
      if (gap > GAP_STRING) gap = Scalars.spacedGap(place + 1, load<u32>(at));
      expected = Grammar.followers((<u32>open) & 1, char, gap);
    } while (<i64>open > 1);
    return open == 1 ? at : 0;
  }
}
