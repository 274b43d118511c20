import {
  EDGE_BASE,
  EDGE_NODE,
  EDGE_SEEN,
  EDGE_SLOT,
  KIND_FALSE,
  KIND_NUMBER,
  KIND_STRING,
  KIND_TRUE,
  NODE_SLOT_COUNT,
  NODE_FLAGS,
  NODE_NO_ARRAY,
  NODE_PRESENCE,
  NODE_PRIMITIVE,
  SEEN_DONE,
  SEEN_FIRST,
  VALUE_NEXT,
} from '../src/program-format';
import { Arena } from './capture-arena';
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './chars';
import { Companions } from './companions';
import { KeyTrie } from './key-trie';
import { DEPTH_LIMIT, Line } from './line';
import { GAP_BLANK, GAP_ODD, GAP_STRING, Scalars } from './scalars';
import { SkippedValues } from './skipped-values';

/**
 * Walks a line along its structural index: checks the grammar of JSON and keeps the values that the trie names. The way
 * through the index is handed from call to call; as a global it was stored and read at each step. Where the line is odd,
 * 0 is returned all the way up.
 */
export class Capture {
  /** Captures the line whose first entry is at `at` into the first value of the arena; returns the entry of its newline. */
  static resource(start: usize, at: usize): usize {
    const end = load<u32>(at);
    if (load<u8>(end) != OPEN_BRACE || !Scalars.isBlank(start, end)) return 0;
    const resource = Arena.object(end, KeyTrie.root);
    return SkippedValues.closed(Capture.object(at, KeyTrie.root, resource, 1));
  }

  /** `at` is the entry of the bracket that opens; returns the one after the bracket that closes. */
  static object(at: usize, node: usize, value: usize, depth: u32): usize {
    if (!load<u32>(node, NODE_SLOT_COUNT)) return SkippedValues.object(at, depth);
    if (depth > DEPTH_LIMIT) return 0;
    let start = <usize>load<u32>(at) + 1;
    at += 4;
    let end: usize = load<u32>(at);
    if (load<u8>(end) == CLOSE_BRACE) return Scalars.isBlank(start, end) ? at + 4 : 0;
    while (true) {
      if (load<u8>(end) != COLON) return 0;
      let keyEnd = end;
      if (!Scalars.isString(start, end)) {
        if (Scalars.spacedGap(start, end) != GAP_STRING) return 0;
        start = Scalars.skipSpace(start);
        keyEnd = Scalars.skipSpaceBack(end);
      }
      const key = start + 1;
      const length = <u32>(keyEnd - start - 2);
      start = end + 1;
      at += 4;
      end = load<u32>(at);
      const edge = KeyTrie.find(node, key, length);
      const isString = Scalars.isString(start, end);
      if (edge) {
        const slot = value + load<u32>(edge, EDGE_SLOT);
        if (load<u32>(slot)) {
          at = Capture.taken(edge, at, start, end, value, depth);
          if (!at) return 0;
        } else if (isString)
          store<u32>(slot, <u32>Arena.make(start + 1, <u32>(end - start - 2), KIND_STRING));
        else at = Capture.other(at, start, end, load<u32>(edge, EDGE_NODE), slot, depth);
      } else {
        if (KeyTrie.mayHide(key, length)) return 0;
        if (!isString) at = SkippedValues.other(at, start, end, depth);
      }
      if (!isString) {
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

  /** A value under a key that is not simply a string. */
  static other(at: usize, start: usize, end: usize, node: usize, slot: usize, depth: u32): usize {
    const gap = Scalars.gap(start, end);
    if (gap == GAP_BLANK) {
      const char: u32 = load<u8>(end);
      if (char == OPEN_BRACE) return Capture.item(at, end, node, slot, depth);
      return char == OPEN_BRACKET ? SkippedValues.closed(Capture.array(at, node, slot, depth + 1)) : 0;
    }
    if (gap == GAP_ODD) return 0;
    const value = Capture.scalar(start, end);
    if (value) store<u32>(slot, <u32>value);
    else if (load<u32>(node, NODE_FLAGS) & NODE_PRESENCE) Line.odd = true;
    return at;
  }

  /**
   * A companion, or a value whose companion came first. Any other value whose slot is taken repeats a key,
   * and is odd.
   */
  static taken(edge: usize, at: usize, start: usize, end: usize, value: usize, depth: u32): usize {
    return load<u32>(edge, EDGE_BASE)
      ? Companions.companion(edge, at, start, end, value, depth)
      : Capture.late(edge, at, start, end, value, depth);
  }

  /**
   * Captures a value that comes after its companion. Items of the companion beyond those of the value stay.
   */
  static late(edge: usize, at: usize, start: usize, end: usize, value: usize, depth: u32): usize {
    const distance = load<u32>(edge, EDGE_SEEN);
    if (!distance || load<u32>(value + distance) != SEEN_FIRST) return 0;
    store<u32>(value + distance, SEEN_DONE);
    const slot = value + load<u32>(edge, EDGE_SLOT);
    let rest: usize = load<u32>(slot);
    store<u32>(slot, 0);
    if (Scalars.isString(start, end)) {
      store<u32>(slot, <u32>Arena.make(start + 1, <u32>(end - start - 2), KIND_STRING));
    } else at = Capture.other(at, start, end, load<u32>(edge, EDGE_NODE), slot, depth);
    // When there was no room in the arena, items may follow on themselves.
    if (!at || Line.odd) return 0;
    let link = slot;
    for (let item: usize = load<u32>(link); item; item = load<u32>(link)) {
      link = item + VALUE_NEXT;
      if (rest) rest = load<u32>(rest, VALUE_NEXT);
    }
    store<u32>(link, <u32>rest);
    return at;
  }

  /** An object under a key or in an array; its address goes to `link`. */
  @inline static item(at: usize, start: usize, node: usize, link: usize, depth: u32): usize {
    const value = Arena.object(start, node);
    store<u32>(link, <u32>value);
    return SkippedValues.closed(Capture.object(at, node, value, depth + 1));
  }

  /** Items become children of the object. Null is one for primitives only; an array in an array is no FHIR, and odd. */
  static array(at: usize, node: usize, slot: usize, depth: u32): usize {
    const flags = load<u32>(node, NODE_FLAGS);
    if (depth > DEPTH_LIMIT || flags & NODE_NO_ARRAY) return 0;
    let link = slot;
    let start = <usize>load<u32>(at) + 1;
    at += 4;
    let end: usize = load<u32>(at);
    if (load<u8>(end) == CLOSE_BRACKET && Scalars.isBlank(start, end)) {
      return flags & NODE_PRESENCE ? 0 : at + 4;
    }
    while (true) {
      const gap = Scalars.gap(start, end);
      if (gap == GAP_ODD) return 0;
      if (gap == GAP_BLANK) {
        if (load<u8>(end) != OPEN_BRACE) return 0;
        at = Capture.item(at, end, node, link, depth);
        if (!at) return 0;
        link = <usize>load<u32>(link) + VALUE_NEXT;
      } else {
        let value = Capture.scalar(start, end);
        if (!value && flags & NODE_PRIMITIVE) value = Companions.nothing(flags);
        if (value) {
          store<u32>(link, <u32>value);
          link = value + VALUE_NEXT;
        }
      }
      end = load<u32>(at);
      at += 4;
      const char: u32 = load<u8>(end);
      if (char != COMMA) {
        if (char != CLOSE_BRACKET) return 0;
        break;
      }
      start = end + 1;
      end = load<u32>(at);
    }
    return flags & NODE_PRESENCE && link == slot ? 0 : at;
  }

  /** A string, number or word, or 0 for null. */
  static scalar(start: usize, end: usize): usize {
    start = Scalars.skipSpace(start);
    end = Scalars.skipSpaceBack(end);
    const char: u32 = load<u8>(start);
    if (char == QUOTE) return Arena.make(start + 1, <u32>(end - start - 2), KIND_STRING);
    if (char == 0x6e) return 0;
    const kind = char == 0x74 ? KIND_TRUE : char == 0x66 ? KIND_FALSE : KIND_NUMBER;
    return Arena.make(start, <u32>(end - start), kind);
  }
}
