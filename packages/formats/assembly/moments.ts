const DASH: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const COLON: u32 = 0x3a;
const POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;
const T: u32 = 0x54;
const Z: u32 = 0x5a;
/** Up to the seconds, and with the shortest zone. */
const SECONDS_LENGTH: u32 = 19;
const LEAST_LENGTH: u32 = 20;
/** The value of a pair of characters that are not digits. */
const NO_PAIR: u32 = 1000;
const MICROS_PER_SECOND: i64 = 1000000;
const EPOCH_DAY: i64 = 719468;
/** Minutes that a zone is away from UTC. */
const MOST_OFFSET: u32 = 14 * 60;

/** Points in time from their usual spelling. The host reads or refuses any other spelling. */
export class Moments {
  /** Whether the last text was read. */
  static isRead: bool = false;

  /** Microseconds since 1970, UTC, of a date and time with a zone. Further digits are cut off. */
  static micros(at: usize, length: u32): i64 {
    Moments.isRead = false;
    if (length < LEAST_LENGTH || !Moments.isPunctuated(at)) return 0;
    const century = Moments.pair(at);
    const year = century * 100 + Moments.pair(at + 2);
    const month = Moments.pair(at + 5);
    const day = Moments.pair(at + 8);
    const hour = Moments.pair(at + 11);
    const minute = Moments.pair(at + 14);
    const second = Moments.pair(at + 17);
    if (!year || year > 9999 || Moments.pair(at + 2) > 99) return 0;
    if (month - 1 > 11 || day - 1 > Moments.daysIn(year, month) - 1) return 0;
    if (hour > 23 || minute > 59 || second > 59) return 0;
    const end = at + length;
    let p = at + SECONDS_LENGTH;
    let micros: i64 = 0;
    if (load<u8>(p) == POINT) {
      let unit: i64 = 100000;
      const first = ++p;
      for (; p < end && <u32>load<u8>(p) - ZERO < 10; p++) {
        micros += unit * (load<u8>(p) - ZERO);
        unit /= 10;
      }
      if (p == first) return 0;
    }
    const offset = Moments.offset(p, end);
    if (!Moments.isRead) return 0;
    const seconds: i64 = (<i64>hour * 60 + minute) * 60 + second - offset;
    return (Moments.days(year, month, day) * 86400 + seconds) * MICROS_PER_SECOND + micros;
  }

  @inline static isPunctuated(at: usize): bool {
    const isDate = load<u8>(at, 4) == DASH && load<u8>(at, 7) == DASH && load<u8>(at, 10) == T;
    return isDate && load<u8>(at, 13) == COLON && load<u8>(at, 16) == COLON;
  }

  /** Seconds that a zone is ahead of UTC: 14 hours at most, either way. */
  static offset(at: usize, end: usize): i64 {
    const sign = load<u8>(at);
    if (sign == Z) {
      Moments.isRead = at + 1 == end;
      return 0;
    }
    if ((sign != PLUS && sign != DASH) || at + 6 != end || load<u8>(at, 3) != COLON) return 0;
    const hours = Moments.pair(at + 1);
    const minutes = Moments.pair(at + 4);
    const offset = hours * 60 + minutes;
    Moments.isRead = minutes < 60 && offset <= MOST_OFFSET;
    const seconds = <i64>offset * 60;
    return sign == PLUS ? seconds : -seconds;
  }

  @inline static pair(at: usize): u32 {
    const high = <u32>load<u8>(at) - ZERO;
    const low = <u32>load<u8>(at, 1) - ZERO;
    return high > 9 || low > 9 ? NO_PAIR : high * 10 + low;
  }

  static daysIn(year: u32, month: u32): u32 {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  /** Days since 1970: years begin in March, so that the leap day is their last. */
  static days(year: u32, month: u32, day: u32): i64 {
    const from: u32 = month > 2 ? year : year - 1;
    const sinceMarch: u32 = month > 2 ? month - 3 : month + 9;
    const dayOfYear = (153 * sinceMarch + 2) / 5 + day - 1;
    return <i64>(from * 365 + from / 4 - from / 100 + from / 400 + dayOfYear) - EPOCH_DAY;
  }
}
