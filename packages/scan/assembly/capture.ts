import {
  EDGE_BYTES,
  EDGE_KEY,
  EDGE_NODE,
  KIND_FALSE,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_STRING,
  KIND_TRUE,
  NODE_EDGES,
  NODE_EDGE_COUNT,
  NODE_FLAGS,
  NODE_NO_ARRAY,
  NODE_PRESENCE,
  VALUE_LAST,
} from '../src/program-format';
import { Arena } from './capture-arena';
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, SPACE } from './chars';
import { KeyTrie } from './key-trie';
import { Line } from './line';

/**
 * Walks a line that the grammar has found good and keeps the values that the trie names. `Line.next` is the entry of the
 * index at or after the place that is looked at.
 */
export class Capture {
  /** Captures the line whose first entry is at `at`; returns the resource. */
  static resource(at: usize): usize {
    Line.next = at;
    return Capture.object(KeyTrie.root, load<u32>(at), 0, 0);
  }

  /** Captures the value at `position`; afterwards `Line.next` is what follows it. */
  static value(node: usize, position: u32, parent: usize, key: u32): void {
    const char = Line.byteAt(position);
    if (char == OPEN_BRACE) Capture.object(node, position, parent, key);
    else if (char == OPEN_BRACKET) Capture.array(node, position, parent, key);
    else Capture.scalar(char, node, position, parent, key);
  }

  /** Items become children of `parent`. Null is no item; an array in an array is no FHIR, and odd. */
  static array(node: usize, position: u32, parent: usize, key: u32): void {
    const flags = load<u32>(node, NODE_FLAGS);
    if (flags & NODE_NO_ARRAY) Line.odd = true;
    const last = flags & NODE_PRESENCE ? load<u32>(parent, VALUE_LAST) : 0;
    Line.next += 4;
    let p = Capture.skipSpace(position + 1);
    if (Line.byteAt(p) == CLOSE_BRACKET) Line.next += 4;
    else {
      for (;;) {
        const char = Line.byteAt(p);
        if (char == OPEN_BRACE) Capture.object(node, p, parent, key);
        else if (char != OPEN_BRACKET) Capture.scalar(char, 0, p, parent, key);
        else {
          Line.odd = true;
          Capture.skip(p);
        }
        const end = load<u32>(Line.next);
        Line.next += 4;
        if (Line.byteAt(end) != COMMA) break;
        p = Capture.skipSpace(end + 1);
      }
    }
    if (flags & NODE_PRESENCE && load<u32>(parent, VALUE_LAST) == last) Line.odd = true;
  }

  static object(node: usize, position: u32, parent: usize, key: u32): usize {
    const value = Arena.make(Line.input + position, 0, KIND_OBJECT);
    if (parent) Arena.link(value, parent, key);
    if (load<u32>(node, NODE_EDGE_COUNT)) Capture.members(node, position, value);
    else Capture.skip(position);
    return value;
  }

  @inline static members(node: usize, position: u32, value: usize): void {
    Line.next += 4;
    let p = Capture.skipSpace(position + 1);
    if (Line.byteAt(p) == CLOSE_BRACE) {
      Line.next += 4;
      return;
    }
    const edges: usize = load<u32>(node, NODE_EDGES);
    let seen: u64 = 0;
    for (;;) {
      const colon = load<u32>(Line.next);
      Line.next += 4;
      let keyEnd = colon - 1;
      while (Line.byteAt(keyEnd) != QUOTE) keyEnd--;
      const start = Line.input + p + 1;
      const length = keyEnd - p - 1;
      const at = Capture.skipSpace(colon + 1);
      const edge = KeyTrie.find(node, start, length);
      if (edge) {
        // The last of two equal keys counts, and this one may be captured already.
        const place = <u64>((edge - edges) / EDGE_BYTES);
        const bit = u64(1) << place;
        if (seen & bit) Line.odd = true;
        seen |= bit;
        Capture.value(load<u32>(edge, EDGE_NODE), at, value, load<u32>(edge, EDGE_KEY));
      } else {
        if (KeyTrie.isEscaped(start, length)) Line.odd = true;
        Capture.skip(at);
      }
      const end = load<u32>(Line.next);
      Line.next += 4;
      if (Line.byteAt(end) != COMMA) return;
      p = Capture.skipSpace(end + 1);
    }
  }

  /** `node` is 0 for an item of an array. */
  @inline static scalar(char: u32, node: usize, position: u32, parent: usize, key: u32): void {
    let end = load<u32>(Line.next) - 1;
    if (char == QUOTE) {
      while (Line.byteAt(end) != QUOTE) end--;
      const text = Arena.make(Line.input + position + 1, end - position - 1, KIND_STRING);
      Arena.link(text, parent, key);
      return;
    }
    if (char == 0x6e) {
      if (node && load<u32>(node, NODE_FLAGS) & NODE_PRESENCE) Line.odd = true;
      return;
    }
    while (Line.byteAt(end) <= SPACE) end--;
    const kind = char == 0x74 ? KIND_TRUE : char == 0x66 ? KIND_FALSE : KIND_NUMBER;
    Arena.link(Arena.make(Line.input + position, end + 1 - position, kind), parent, key);
  }

  @inline static skip(position: u32): void {
    const char = Line.byteAt(position);
    if (char == OPEN_BRACE || char == OPEN_BRACKET) {
      Line.next = <usize>load<u32>(Line.next + Line.partners) + 4;
    }
  }

  @inline static skipSpace(position: u32): u32 {
    while (Line.byteAt(position) <= SPACE) position++;
    return position;
  }
}
