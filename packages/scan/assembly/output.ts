/**
 * The target of rows. If a line does not fit, its output is taken back, and the host takes the bytes before
 * it.
 */
export class Output {
  static next: usize = 0;
  static end: usize = 0;
  static full: bool = false;

  /** Whether this many bytes fit, with room for a copy by 16 that writes beyond them. */
  @inline static fits(target: usize, length: usize): bool {
    if (length < 0x7fffffff && target + length + 32 <= Output.end) return true;
    Output.full = true;
    return false;
  }
}
