import { EDGE_NODE, EDGE_SLOT, NODE_SLOT_COUNT } from '../src/program-format';
import { Arena } from './capture-arena';
import { Capture } from './capture';
import { CLOSE_BRACE, COLON, COMMA, OPEN_BRACE } from './chars';
import { KeyTrie } from './key-trie';
import { ResourceFilter } from './resource-filter';
import { ResourceType } from './resource-type';
import { Results } from './results';
import { Scalars } from './scalars';
import { SkippedValues } from './skipped-values';

/**
 * Walks a line only as far as the filter needs for its decision. It does not see the rest, not even the same
 * key again.
 */
export class ShortWalk {
  /**
   * Captures the values that the filter reads into the first value of the arena. Unusual lines are captured
   * in the usual way.
   *
   * @param start where the line starts
   * @param at its first entry in the index
   * @param newline the entry of its newline
   * @returns that entry, or 0 or another where the line is odd
   */
  static resource(start: usize, at: usize, newline: usize): usize {
    const last = load<u8>(start) == OPEN_BRACE ? ShortWalk.object(at, newline) : 0;
    if (last) return last;
    Arena.clear();
    return Capture.resource(start, at);
  }

  /** `at` is the entry of the bracket that opens the resource. */
  static object(at: usize, newline: usize): usize {
    const root = KeyTrie.root;
    const open: usize = load<u32>(at);
    const resource = Arena.object(open, root);
    let start = open;
    let isSearched: bool = false;
    let lacking = load<u32>(root, NODE_SLOT_COUNT);
    let char: u32;
    do {
      start++;
      at += 4;
      let end: usize = load<u32>(at);
      if (load<u8>(end) != COLON || !Scalars.isString(start, end)) return 0;
      const key = start + 1;
      const length = <u32>(end - start - 2);
      const edge = KeyTrie.find(root, key, length);
      start = end + 1;
      at += 4;
      end = load<u32>(at);
      if (edge) {
        const slot = resource + load<u32>(edge, EDGE_SLOT);
        if (load<u32>(slot)) return 0;
        at = Capture.other(at, start, end, load<u32>(edge, EDGE_NODE), slot, 1);
        if (!at) return 0;
        lacking--;
        if (!lacking || ResourceFilter.isOutOfTime(resource)) return newline;
        if (!isSearched && Results.textChild(resource, ResourceType.key)) {
          isSearched = true;
          if (ResourceFilter.isElsewhere(open, load<u32>(newline))) return newline;
        }
      } else {
        if (KeyTrie.mayHide(key, length)) return 0;
        if (!Scalars.isString(start, end)) at = SkippedValues.other(at, start, end, 1);
        if (!at) return 0;
      }
      start = load<u32>(at);
      char = load<u8>(start);
    } while (char == COMMA);
    return char == CLOSE_BRACE ? SkippedValues.closed(at + 4) : 0;
  }
}
