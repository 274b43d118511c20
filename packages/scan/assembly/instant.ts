import { COLON, MINUS, PLUS, POINT, ZERO } from './chars';

const LETTER_T: u32 = 0x54;
const LETTER_Z: u32 = 0x5a;
/** The value of two characters that are not digits; larger than any limit. */
const NO_NUMBER: u32 = 255;

/** The moment that an instant names, to the nanosecond: https://hl7.org/fhir/datatypes.html#instant */
export class Instant {
  /** Since the epoch. */
  static seconds: i64 = 0;
  static nanoseconds: u32 = 0;

  /**
   * Reads `2026-01-31T12:00:00.5+02:00`; false when it is not an instant. Years before 1000, leap seconds and
   * fractions finer than nanoseconds are not read here.
   */
  static read(start: usize, length: u32): bool {
    if (length < 20) return false;
    const century = Instant.pair(start);
    const year = century * 100 + Instant.pair(start + 2);
    const month = Instant.pair(start + 5);
    const day = Instant.pair(start + 8);
    const hour = Instant.pair(start + 11);
    const minute = Instant.pair(start + 14);
    const second = Instant.pair(start + 17);
    if (!Instant.isPunctuated(start)) return false;
    if (century - 10 > 89 || Instant.pair(start + 2) > 99 || month - 1 > 11) return false;
    if (day - 1 >= Instant.daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return false;
    const zone = Instant.fraction(start + 19, start + length);
    if (!zone) return false;
    const offset = Instant.offset(zone, start + length);
    if (offset == i32.MAX_VALUE) return false;
    const clock = <i64>(hour * 3600 + minute * 60 + second);
    Instant.seconds = <i64>Instant.days(year, month, day) * 86_400 + clock - <i64>offset;
    return true;
  }

  @inline static daysIn(year: u32, month: u32): u32 {
    if (month == 2) return year % 4 == 0 && (year % 100 || year % 400 == 0) ? 29 : 28;
    // April, June, September and November.
    return 30 + ((0x15aa >> month) & 1);
  }

  @inline static pair(at: usize): u32 {
    const high = <u32>load<u8>(at) - ZERO;
    const low = <u32>load<u8>(at, 1) - ZERO;
    return high > 9 || low > 9 ? NO_NUMBER : high * 10 + low;
  }

  @inline static isPunctuated(start: usize): bool {
    return (
      load<u8>(start, 4) == MINUS &&
      load<u8>(start, 7) == MINUS &&
      load<u8>(start, 10) == LETTER_T &&
      load<u8>(start, 13) == COLON &&
      load<u8>(start, 16) == COLON
    );
  }

  /**
   * Reads the digits after a point, if there is one. Returns where they end, or 0 when they are finer than
   * nanoseconds.
   */
  @inline static fraction(at: usize, end: usize): usize {
    let fraction: u32 = 0;
    let digits: u32 = 0;
    if (load<u8>(at) == POINT) {
      for (at++; at < end; at++) {
        const digit = <u32>load<u8>(at) - ZERO;
        if (digit > 9) break;
        if (digits < 9) {
          fraction = fraction * 10 + digit;
          digits++;
        } else if (digit) return 0;
      }
      if (!digits) return 0;
    }
    for (; digits < 9; digits++) fraction *= 10;
    Instant.nanoseconds = fraction;
    return at;
  }

  /** Seconds that the zone is ahead of UTC; the largest number when it is not a zone. */
  @inline static offset(at: usize, end: usize): i32 {
    const sign: u32 = load<u8>(at);
    if (sign == LETTER_Z) return at + 1 == end ? 0 : i32.MAX_VALUE;
    if ((sign != PLUS && sign != MINUS) || at + 6 != end || load<u8>(at, 3) != COLON) return i32.MAX_VALUE;
    const hours = Instant.pair(at + 1);
    const minutes = Instant.pair(at + 4);
    if (minutes > 59 || hours * 60 + minutes > 840) return i32.MAX_VALUE;
    const seconds = <i32>(hours * 3600 + minutes * 60);
    return sign == MINUS ? -seconds : seconds;
  }

  /** Days since the epoch. Years begin in March, so that the leap day is the last one. */
  @inline static days(year: u32, month: u32, day: u32): i32 {
    const y = month > 2 ? year : year - 1;
    const monthsSinceMarch = month > 2 ? month - 3 : month + 9;
    const dayOfYear = (153 * monthsSinceMarch + 2) / 5 + day - 1;
    return <i32>(365 * y + y / 4 - y / 100 + y / 400 + dayOfYear) - 719_468;
  }
}
