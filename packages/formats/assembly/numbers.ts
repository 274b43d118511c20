const POINT: u32 = 0x2e;
const MINUS: u32 = 0x2d;
const ZERO: u32 = 0x30;
/** Whole numbers up to here are doubles, as are the powers of ten up to the 22nd: their quotient is rounded once. */
const MOST_EXACT_DIGITS: u32 = 15;
const MOST_INT64_DIGITS: u32 = 18;
const powers: usize = memory.data(23 * 8, 16);

/** Numbers from their usual spelling. The host reads any other spelling. */
export class Numbers {
  /** Whether the last text was read. */
  static isRead: bool = false;

  static setUp(): void {
    let power: f64 = 1;
    for (let i: u32 = 0; i < 23; i++) {
      store<f64>(powers + (i << 3), power);
      power *= 10;
    }
  }

  static integer(at: usize, length: u32): i64 {
    const isNegative = length != 0 && load<u8>(at) == MINUS;
    const digits = isNegative ? length - 1 : length;
    Numbers.isRead = digits != 0 && digits <= MOST_INT64_DIGITS;
    if (!Numbers.isRead) return 0;
    const end = at + length;
    let number: i64 = 0;
    for (let p = isNegative ? at + 1 : at; p < end; p++) {
      const digit = <u32>load<u8>(p) - ZERO;
      if (digit > 9) Numbers.isRead = false;
      number = number * 10 + digit;
    }
    return isNegative ? -number : number;
  }

  static double(at: usize, length: u32): f64 {
    const isNegative = length != 0 && load<u8>(at) == MINUS;
    const end = at + length;
    let mantissa: u64 = 0;
    let digits: u32 = 0;
    let point: usize = 0;
    let p = isNegative ? at + 1 : at;
    const first = p;
    Numbers.isRead = false;
    if (length > MOST_EXACT_DIGITS + 2) return 0;
    for (; p < end; p++) {
      const char: u32 = load<u8>(p);
      const digit = char - ZERO;
      if (digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digits++;
      } else if (char == POINT && !point && p > first) point = p;
      else return 0;
    }
    const places: u32 = point ? <u32>(end - point) - 1 : 0;
    if (!digits || digits > MOST_EXACT_DIGITS || (point && !places)) return 0;
    Numbers.isRead = true;
    const number = <f64>mantissa / load<f64>(powers + (places << 3));
    return isNegative ? -number : number;
  }
}
