import { BLOCK_HEAD_BYTES, ROW_BLOCKS, ROW_FACTOR } from '../src/parquet/kernel-format';

/** Memory of a row group, handed out in one direction and taken back all at once. */
export class Pool {
  static start: usize = 0;
  static end: usize = 0;
  static next: usize = 0;
  /** Bytes that are kept free for the current row. */
  static kept: usize = 0;
  static mostBlockBytes: u32 = 0;

  static setUp(start: usize, end: usize, columns: u32): void {
    Pool.start = start;
    Pool.end = end;
    // Many columns take small blocks, or their unused ends would be most of the memory.
    let bytes: u32 = 32768;
    while (bytes > 512 && <usize>bytes * columns * 8 > end - start) bytes >>= 1;
    Pool.mostBlockBytes = bytes;
    Pool.clear();
  }

  static clear(): void {
    Pool.next = Pool.start;
    Pool.kept = 0;
  }

  /**
   * Whether a row with this many bytes fits, whatever its values are. Optional uses of memory then leave room
   * for it.
   */
  @inline static keepFor(rowBytes: u32, columns: u32): bool {
    const blocks = <u64>columns * ROW_BLOCKS * (Pool.mostBlockBytes + BLOCK_HEAD_BYTES + 8);
    const most = <u64>rowBytes * ROW_FACTOR + blocks;
    if (most > <u64>(Pool.end - Pool.next)) return false;
    Pool.kept = <usize>most;
    return true;
  }

  /** Ends the work rather than write where no room was kept. */
  static take(bytes: u32): usize {
    const at = Pool.next;
    if (<usize>bytes + 8 > Pool.end - at) unreachable();
    Pool.next = (at + bytes + 7) & ~7;
    return at;
  }

  /** Memory for an optional use: 0 if only the room that is kept for the row is left. */
  static offer(bytes: u32): usize {
    return Pool.next + bytes + Pool.kept + 8 > Pool.end ? 0 : Pool.take(bytes);
  }
}
