import { Suspects } from './suspects';

/** The line that is being evaluated, and the way through the structural index. */
export class Line {
  static input: usize = 0;
  /** Address of the next entry of the index. */
  static next: usize = 0;
  /** Distance from an entry of the index to the entry with the address of the bracket that closes it. */
  static partners: usize = 0;
  /** Whatever finds the line odd says so here; the rest of the work on it is bounded and thrown away. */
  static odd: bool = false;

  @inline static byteAt(position: u32): u32 {
    return load<u8>(Line.input + position);
  }

  @inline static isSuspect(start: u32, end: u32): bool {
    return Suspects.touch(start, end);
  }
}
