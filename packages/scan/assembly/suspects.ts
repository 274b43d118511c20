/** Byte ranges that the structural index found odd, in ascending order. A line that one of them touches is odd. */
const CAPACITY: u32 = 4096;
const table: usize = memory.data(4096 * 8, 16);

export class Suspects {
  static count: u32 = 0;
  static next: u32 = 0;

  static clear(): void {
    Suspects.count = 0;
    Suspects.next = 0;
  }

  /**
   * Ranges that overlap become one, so that they stay in ascending order although a block is looked through for one fault
   * after the other. The last grows when the table is full, so that no suspect is lost.
   */
  static add(low: u32, high: u32): void {
    let at = table + (Suspects.count << 3);
    if (Suspects.count == CAPACITY) at = Suspects.joined(at, low, high);
    else {
      store<u32>(at, low);
      store<u32>(at, high, 4);
      Suspects.count++;
    }
    while (Suspects.count > 1 && load<u32>(at) <= load<u32>(at - 8, 4)) {
      at = Suspects.joined(at, load<u32>(at), load<u32>(at, 4));
      Suspects.count--;
    }
  }

  /** Widens the range before the one at `at` to another. */
  static joined(at: usize, low: u32, high: u32): usize {
    at -= 8;
    store<u32>(at, min(low, load<u32>(at)));
    store<u32>(at, max(high, load<u32>(at, 4)), 4);
    return at;
  }

  /** Whether a range touches the line [start, end]. Lines come in ascending order. */
  @inline static touch(start: u32, end: u32): bool {
    if (Suspects.next == Suspects.count) return false;
    return Suspects.search(start, end);
  }

  static search(start: u32, end: u32): bool {
    let next = Suspects.next;
    while (next < Suspects.count && load<u32>(table + (next << 3), 4) <= start) next++;
    Suspects.next = next;
    return next < Suspects.count && load<u32>(table + (next << 3)) <= end;
  }
}
