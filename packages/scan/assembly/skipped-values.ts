import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, NEWLINE, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './chars';
import { DEPTH_LIMIT } from './line';
import { GAP_BLANK, GAP_ODD, GAP_STRING, Scalars } from './scalars';

/** The letters of `meta`, the first one in the lowest byte. */
const META: u32 = 0x6174656d;

/**
 * The grammar of JSON for values that no view reads. Like `Capture` it follows the entries of the structural
 * index, and looks at the gap between two of them: it is blank, a string or a scalar. A fault in the grammar
 * ends the walk: all functions return 0. A newline is among the entries, so no walk leaves its line. A gap
 * that begins with a quote right after a structural character is a string, or a suspect of the index: looking
 * at its end too made views of Patients 4 % slower.
 */
export class SkippedValues {
  /** Otherwise only their brackets are counted: 12 to 25 % faster, but faults in them go unnoticed. */
  static areChecked: bool = true;

  /**
   * A value that begins at `start` and is not simply a string; `at` is the first entry from there on, which is at `end`.
   *
   * @returns the entry that follows on the value, or 0
   */
  static other(at: usize, start: usize, end: usize, depth: u32): usize {
    if (!SkippedValues.areChecked)
      return SkippedValues.isBracket(end, OPEN_BRACKET) ? SkippedValues.follow(at) : at;
    if (start != end) {
      const gap = Scalars.spacedGap(start, end);
      if (gap != GAP_BLANK) return gap == GAP_ODD ? 0 : at;
    }
    const char: u32 = load<u8>(end);
    if (char == OPEN_BRACE) at = SkippedValues.object(at, depth + 1);
    else if (char == OPEN_BRACKET) at = SkippedValues.array(at, depth + 1);
    else return 0;
    return SkippedValues.closed(at);
  }

  /** The entry after a closed bracket, unless something stands between the two. */
  @inline static closed(at: usize): usize {
    if (!at) return 0;
    return Scalars.isBlank(<usize>load<u32>(at - 4) + 1, <usize>load<u32>(at)) ? at : 0;
  }

  /** Square or curly: the two differ in one bit. */
  @inline static isBracket(place: usize, bracket: u32): bool {
    return (<u32>load<u8>(place) & 0xdf) == bracket;
  }

  /** From the entry of a bracket that opens to the one after the bracket that closes it, by counting. */
  static follow(at: usize): usize {
    let depth: u32 = 0;
    while (true) {
      const place: usize = load<u32>(at);
      at += 4;
      if (SkippedValues.isBracket(place, OPEN_BRACKET)) depth++;
      else if (SkippedValues.isBracket(place, CLOSE_BRACKET)) {
        if (!--depth) return at;
      } else if (load<u8>(place) == NEWLINE) return 0;
    }
  }

  /**
   * As `follow`, from the bracket of a resource. It returns 0 also where the resource has `meta` twice: the last one counts,
   * and a walk that was short may have seen the first alone.
   */
  static followResource(at: usize): usize {
    let metas: u32 = 0;
    at += 4;
    while (true) {
      const place: usize = load<u32>(at);
      if (load<u8>(place) == COLON) {
        if (SkippedValues.isMeta(place) && metas++) return 0;
        at += 4;
      } else if (SkippedValues.isBracket(place, OPEN_BRACKET)) {
        at = SkippedValues.follow(at);
        if (!at) return 0;
      } else if (SkippedValues.isBracket(place, CLOSE_BRACKET)) return at + 4;
      else if (load<u8>(place) == NEWLINE) return 0;
      else at += 4;
    }
  }

  /** Whether the key `meta` stands before a colon. */
  @inline static isMeta(colon: usize): bool {
    const end = load<u8>(colon - 1) == QUOTE ? colon : Scalars.skipSpaceBack(colon);
    return load<u32>(end - 5) == META && load<u8>(end - 6) == QUOTE;
  }

  /** `at` is the entry of the bracket that opens; returns the one after the bracket that closes. */
  static object(at: usize, depth: u32): usize {
    if (!SkippedValues.areChecked) return SkippedValues.follow(at);
    if (depth > DEPTH_LIMIT) return 0;
    let start = <usize>load<u32>(at) + 1;
    at += 4;
    let end: usize = load<u32>(at);
    if (load<u8>(end) == CLOSE_BRACE) return Scalars.isBlank(start, end) ? at + 4 : 0;
    while (true) {
      if (load<u8>(end) != COLON) return 0;
      if (load<u8>(start) != QUOTE && Scalars.spacedGap(start, end) != GAP_STRING) return 0;
      start = end + 1;
      at += 4;
      end = load<u32>(at);
      if (load<u8>(start) != QUOTE) {
        at = SkippedValues.other(at, start, end, depth);
        if (!at) return 0;
        end = load<u32>(at);
      }
      at += 4;
      const char: u32 = load<u8>(end);
      if (char != COMMA) return char == CLOSE_BRACE ? at : 0;
      start = end + 1;
      end = load<u32>(at);
    }
  }

  static array(at: usize, depth: u32): usize {
    if (depth > DEPTH_LIMIT) return 0;
    let start = <usize>load<u32>(at) + 1;
    at += 4;
    let end: usize = load<u32>(at);
    if (load<u8>(end) == CLOSE_BRACKET && Scalars.isBlank(start, end)) return at + 4;
    while (true) {
      if (load<u8>(start) != QUOTE) {
        at = SkippedValues.other(at, start, end, depth);
        if (!at) return 0;
        end = load<u32>(at);
      }
      at += 4;
      const char: u32 = load<u8>(end);
      if (char != COMMA) return char == CLOSE_BRACKET ? at : 0;
      start = end + 1;
      end = load<u32>(at);
    }
  }
}
