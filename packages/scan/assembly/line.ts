import { NEWLINE } from './chars';
import { Suspects } from './suspects';

/** Deeper nesting is odd. */
export const DEPTH_LIMIT: u32 = 256;

/** The line that is being evaluated, and the way through the structural index. */
export class Line {
  /** Where the chunk begins. The index has addresses, so that no step through it adds this. */
  static input: usize = 0;
  /** Address of the next entry of the index. */
  static next: usize = 0;
  /** Whatever finds the line odd says so here; the rest of the work on it is bounded and thrown away. */
  static odd: bool = false;

  /** The entry of the newline that ends a line, from any entry of it. */
  static newlineFrom(at: usize): usize {
    while (load<u8>(load<u32>(at)) != NEWLINE) at += 4;
    return at;
  }

  @inline static isSuspect(start: usize, end: usize): bool {
    return Suspects.touch(<u32>(start - Line.input), <u32>(end - Line.input));
  }
}
