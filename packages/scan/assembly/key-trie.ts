import {
  EDGE_HEAD,
  EDGE_LENGTH,
  EDGE_NEXT,
  EDGE_TEXT,
  HASH_BITS,
  HASH_FACTOR_HIGH,
  HASH_FACTOR_LOW,
  NODE_TABLE,
} from '../src/program-format';
import { Bytes } from './bytes';

/** Masks that keep the first n of sixteen bytes. */
const masks: usize = memory.data(17 * 16, 16);
const FACTOR: u64 = ((<u64>HASH_FACTOR_HIGH) << 32) | HASH_FACTOR_LOW;

export class KeyTrie {
  /** The root of the program. */
  static root: usize = 0;

  /** Whether there is any `\u` in the chunk. */
  static hasUnicodeEscapes: bool = false;

  static setUp(): void {
    for (let i: u32 = 0; i < 17; i++) memory.fill(masks + (i << 4), 0xff, i);
  }

  /**
   * The edge of a node for a key, or 0. The first sixteen bytes of a key, which are mostly all, are compared at once: byte
   * by byte `observation_flat` as CSV takes 7 to 9 % more time. By its hash most of the keys that no view reads find no
   * edge to be compared with: with one list for all edges of a node it takes 8 % more.
   */
  @inline static find(node: usize, key: usize, length: u32): usize {
    const name = v128.and(v128.load(key), v128.load(masks + (min(length, 16) << 4)));
    const mix = i64x2.extract_lane(name, 0) ^ i64x2.extract_lane(name, 1);
    const hash = <usize>((<u64>mix * FACTOR) >> (64 - HASH_BITS));
    let edge: usize = load<u32>(<usize>load<u32>(node, NODE_TABLE) + (hash << 2));
    while (edge) {
      if (
        load<u32>(edge, EDGE_LENGTH) == length &&
        !v128.any_true(v128.xor(name, v128.load(edge, EDGE_HEAD))) &&
        (length <= 16 || KeyTrie.same(edge, key, length))
      )
        return edge;
      edge = load<u32>(edge, EDGE_NEXT);
    }
    return 0;
  }

  static same(edge: usize, key: usize, length: u32): bool {
    const text: usize = load<u32>(edge, EDGE_TEXT);
    for (let i: u32 = 16; i < length; i++) {
      if (load<u8>(key + i) != load<u8>(text + i)) return false;
    }
    return true;
  }

  /**
   * Whether a key that is not read may be one that is: only `\u` can stand for a letter, and few chunks have any. A look
   * at each key costs `observation_flat` as CSV 3 %. Where each line has a `\u`, byte by byte takes 2 % more time than by 16.
   */
  @inline static mayHide(key: usize, length: u32): bool {
    return KeyTrie.hasUnicodeEscapes && Bytes.escaped(key, length);
  }
}
