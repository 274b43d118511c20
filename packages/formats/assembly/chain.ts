import {
  BLOCK_HEAD_BYTES,
  BLOCK_NEXT,
  BLOCK_USED,
  CHAIN_END,
  CHAIN_FIRST,
  CHAIN_LAST,
  CHAIN_NEXT,
} from '../src/parquet/kernel-format';
import { Pool } from './pool';

const FIRST_BLOCK_BYTES: u32 = 256;

/** Blocks of memory, each twice as long as the one before until the longest. Nothing in them is ever cut in two. */
export class Chain {
  /** Room for this many bytes in one piece. */
  @inline static room(chain: usize, bytes: u32): usize {
    const at: usize = load<u32>(chain, CHAIN_NEXT);
    if (at + bytes > <usize>load<u32>(chain, CHAIN_END)) return Chain.grow(chain, bytes);
    store<u32>(chain, <u32>(at + bytes), CHAIN_NEXT);
    return at;
  }

  static grow(chain: usize, bytes: u32): usize {
    const last: usize = load<u32>(chain, CHAIN_LAST);
    let length = FIRST_BLOCK_BYTES;
    if (last) length = 2 * (load<u32>(chain, CHAIN_END) - <u32>last);
    length = max(min(length, Pool.mostBlockBytes), bytes);
    const block = Pool.take(length + BLOCK_HEAD_BYTES);
    const at = block + BLOCK_HEAD_BYTES;
    store<u32>(block, 0, BLOCK_NEXT);
    Chain.close(chain);
    if (last) store<u32>(last, <u32>block, BLOCK_NEXT);
    else store<u32>(chain, <u32>block, CHAIN_FIRST);
    store<u32>(chain, <u32>block, CHAIN_LAST);
    store<u32>(chain, <u32>(at + length), CHAIN_END);
    store<u32>(chain, <u32>(at + bytes), CHAIN_NEXT);
    return at;
  }

  /** Notes in the last block how far it is used, for those who read the chain. */
  @inline static close(chain: usize): void {
    const last: usize = load<u32>(chain, CHAIN_LAST);
    if (last) store<u32>(last, load<u32>(chain, CHAIN_NEXT), BLOCK_USED);
  }
}
