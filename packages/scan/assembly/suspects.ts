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

  /** Ranges that overlap become one, and the last grows when the table is full, so that no suspect is lost. */
  static add(low: u32, high: u32): void {
    const count = Suspects.count;
    const last = table + ((count - 1) << 3);
    if (count && (count == CAPACITY || low <= load<u32>(last, 4))) {
      store<u32>(last, min(low, load<u32>(last)));
      store<u32>(last, max(high, load<u32>(last, 4)), 4);
      return;
    }
    const at = table + (count << 3);
    store<u32>(at, low);
    store<u32>(at, high, 4);
    Suspects.count++;
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
