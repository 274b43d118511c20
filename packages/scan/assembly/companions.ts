import {
  EDGE_BASE,
  EDGE_NODE,
  EDGE_SEEN,
  KIND_NOTHING,
  NODE_BARE,
  NODE_FLAGS,
  NODE_NO_ARRAY,
  NODE_PRESENCE,
  NODE_TREE,
  SEEN_DONE,
  SEEN_FIRST,
  VALUE_NEXT,
} from '../src/program-format';
import { Arena } from './capture-arena';
import { CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from './chars';
import { Line } from './line';
import { GAP_BLANK, GAP_SCALAR, Scalars } from './scalars';
import { SkippedValues } from './skipped-values';

const nullText: usize = memory.data<u8>([0x6e, 0x75, 0x6c, 0x6c], 16);
const LETTER_N: u32 = 0x6e;

/**
 * The property `_name` that FHIR JSON has beside a primitive under `name`, for its id and its extensions: a primitive that
 * has them and no value is an item without value. An element has as many items as there are values or companions,
 * whichever are more. https://hl7.org/fhir/R4/json.html#primitive
 *
 * The walk comes here when a slot is taken, so that lines without companions pay nothing.
 */
export class Companions {
  /** Checks a companion and adds the items that have no value. */
  static companion(edge: usize, at: usize, start: usize, end: usize, value: usize, depth: u32): usize {
    const flags = load<u32>(load<u32>(edge, EDGE_NODE), NODE_FLAGS);
    const seen = value + load<u32>(edge, EDGE_SEEN);
    if (load<u32>(seen) || flags & (NODE_BARE | NODE_TREE) || Line.odd) return 0;
    let count: u32 = 0;
    const gap = Scalars.gap(start, end);
    if (gap == GAP_BLANK) {
      const first = at;
      const char: u32 = load<u8>(end);
      if (char != OPEN_BRACE && (char != OPEN_BRACKET || flags & NODE_NO_ARRAY)) return 0;
      at = SkippedValues.other(at, start, end, depth);
      if (!at) return 0;
      count = char == OPEN_BRACE ? 1 : Companions.count(first, at);
    } else if (gap != GAP_SCALAR || load<u8>(Scalars.skipSpace(start)) != LETTER_N) return 0;
    if (!count && flags & NODE_PRESENCE) return 0;
    let link = value + load<u32>(edge, EDGE_BASE);
    const isFirst = !load<u32>(link);
    for (; count && load<u32>(link); count--) link = <usize>load<u32>(link) + VALUE_NEXT;
    store<u32>(seen, isFirst && count ? SEEN_FIRST : SEEN_DONE);
    for (; count; count--) {
      const item = Companions.nothing(0);
      store<u32>(link, <u32>item);
      link = item + VALUE_NEXT;
    }
    return at;
  }

  /** An item without value. */
  static nothing(flags: u32): usize {
    if (flags & NODE_TREE) Line.odd = true;
    return Arena.make(nullText, 4, KIND_NOTHING);
  }

  /** The items of an array, from the entry of the bracket that opens to the one after the bracket that closes. */
  static count(at: usize, after: usize): u32 {
    const first: usize = load<u32>(at, 4);
    const isEmpty = load<u8>(first) == CLOSE_BRACKET && Scalars.isBlank(<usize>load<u32>(at) + 1, first);
    if (isEmpty) return 0;
    let count: u32 = 1;
    let depth: u32 = 0;
    for (; at < after; at += 4) {
      const place: usize = load<u32>(at);
      if (SkippedValues.isBracket(place, OPEN_BRACKET)) depth++;
      else if (SkippedValues.isBracket(place, CLOSE_BRACKET)) depth--;
      else if (depth == 1 && load<u8>(place) == COMMA) count++;
    }
    return count;
  }
}
