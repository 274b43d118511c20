import { Suspects } from './suspects';

/** Deeper nesting is odd. */
export const DEPTH_LIMIT: u32 = 256;

/** The line that is being evaluated, and the way through the structural index. */
export class Line {
  /** Where the chunk begins. The index has addresses, so that no step through it adds this. */
  static input: usize = 0;
  /** Address of the next entry of the index. */
  static next: usize = 0;
  /** Where the index has the entry of its newline: an item of the list of them. */
  static newline: usize = 0;
  /** Set by any code that finds the line odd. The rest of the work on the line is bounded and thrown away. */
  static odd: bool = false;

  /** Goes to the line behind the newline with this entry. */
  @inline static leave(newline: usize): void {
    Line.next = newline + 4;
    Line.newline += 4;
  }

  @inline static isSuspect(start: usize, end: usize): bool {
    return Suspects.touch(<u32>(start - Line.input), <u32>(end - Line.input));
  }
}
