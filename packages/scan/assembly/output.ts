/** Where rows go. When a line does not fit, what it has written is taken back and the host takes the bytes before. */
export class Output {
  static next: usize = 0;
  static end: usize = 0;
  static full: bool = false;

  /** Whether as many bytes fit, and what a copy by 16 writes beyond them. */
  @inline static fits(target: usize, length: usize): bool {
    if (length < 0x7fffffff && target + length + 32 <= Output.end) return true;
    Output.full = true;
    return false;
  }
}
