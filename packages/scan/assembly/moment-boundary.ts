import { KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Calendar } from './calendar';
import { Arena } from './capture-arena';
import { COLON, MINUS, PLUS, POINT, ZERO } from './chars';
import { Results } from './results';

const LETTER_T: u32 = 0x54;
const LETTER_Z: u32 = 0x5a;
/** `YYYY-MM-DDThh:mm:ss.sss+hh:mm` has 29 characters. */
const MOST_LENGTH: u32 = 32;
const NO_NUMBER: i32 = -1;

/** The first and last moment of a date or time that may be partial. */
export class MomentBoundary {
  /** Where the text that is read goes on, where it ends, and where the result goes on. */
  static next: usize = 0;
  static end: usize = 0;
  static target: usize = 0;

  /** `precision` counts digits: 4 for a year up to 17 with milliseconds, of which `most` are allowed. */
  static ofMoment(isLow: bool, text: usize, precision: i32, most: i32, at: u32): u32 {
    if (precision > most || !MomentBoundary.hasPrecision(precision)) return 0;
    const start = MomentBoundary.begin(text);
    if (!start) return 0;
    const century = MomentBoundary.pair();
    const inCentury = century < 0 ? NO_NUMBER : MomentBoundary.pair();
    if (inCentury < 0) return 0;
    const year = 100 * century + inCentury;
    const month = MomentBoundary.part(MINUS);
    const day = MomentBoundary.part(MINUS);
    const hasTime = MomentBoundary.take(LETTER_T);
    const fullMonth = month >= 0 ? month : isLow ? 1 : 12;
    const fullDay = day >= 0 ? day : isLow ? 1 : <i32>Calendar.lastDay(year, fullMonth);
    MomentBoundary.put(century);
    MomentBoundary.put(inCentury);
    if (precision > 4) MomentBoundary.putPart(MINUS, fullMonth);
    if (precision > 6) MomentBoundary.putPart(MINUS, fullDay);
    if (precision > 8) store<u8>(MomentBoundary.target++, LETTER_T);
    const zone = MomentBoundary.timeOfDay(isLow, hasTime, precision - 8);
    if (hasTime ? !MomentBoundary.isZone(zone) : zone != MomentBoundary.end) return 0;
    if (precision > 8) MomentBoundary.putZone(isLow, zone);
    return MomentBoundary.result(start, at);
  }

  /** `precision` counts digits: 2 for an hour up to 9 with milliseconds. */
  static ofTime(isLow: bool, text: usize, precision: i32, at: u32): u32 {
    if (precision != 2 && precision != 4 && precision != 6 && precision != 9) return 0;
    const start = MomentBoundary.begin(text);
    if (!start) return 0;
    MomentBoundary.take(LETTER_T);
    if (!MomentBoundary.isPair(MomentBoundary.next)) return 0;
    if (MomentBoundary.timeOfDay(isLow, true, precision) != MomentBoundary.end) return 0;
    return MomentBoundary.result(start, at);
  }

  @inline static hasPrecision(digits: i32): bool {
    return digits == 17 || (digits >= 4 && digits <= 14 && !(digits & 1));
  }

  @inline static begin(text: usize): usize {
    MomentBoundary.next = load<u32>(text, VALUE_START);
    MomentBoundary.end = MomentBoundary.next + load<u32>(text, VALUE_LENGTH);
    MomentBoundary.target = Arena.text(MOST_LENGTH);
    return MomentBoundary.target;
  }

  @inline static result(start: usize, at: u32): u32 {
    const length = <u32>(MomentBoundary.target - start);
    Arena.textNext = MomentBoundary.target;
    return Results.one(Arena.make(start, length, KIND_STRING), at);
  }

  /** Puts as many digits of the time of day as are wanted; returns where the text goes on behind it. */
  static timeOfDay(isLow: bool, isGiven: bool, wanted: i32): usize {
    const hour = isGiven ? MomentBoundary.pair() : NO_NUMBER;
    const minute = isGiven ? MomentBoundary.part(COLON) : NO_NUMBER;
    const second = isGiven ? MomentBoundary.part(COLON) : NO_NUMBER;
    if (wanted > 0) MomentBoundary.put(hour >= 0 ? hour : isLow ? 0 : 23);
    if (wanted > 2) MomentBoundary.putPart(COLON, minute >= 0 ? minute : isLow ? 0 : 59);
    if (wanted > 4) MomentBoundary.putPart(COLON, second >= 0 ? second : isLow ? 0 : 59);
    const next = MomentBoundary.next;
    const hasFraction = isGiven && MomentBoundary.isDigitAt(next + 1) && <u32>load<u8>(next) == POINT;
    if (wanted > 6) store<u8>(MomentBoundary.target++, POINT);
    let p = next + (hasFraction ? 1 : 0);
    for (let i = 0; i < 3; i++) {
      const isDigit = hasFraction && MomentBoundary.isDigitAt(p);
      const digit: u32 = isDigit ? load<u8>(p++) : hasFraction || isLow ? ZERO : ZERO + 9;
      if (wanted > 6) store<u8>(MomentBoundary.target++, digit);
    }
    while (hasFraction && MomentBoundary.isDigitAt(p)) p++;
    return p;
  }

  /** Whether the rest of the text is a zone, or nothing. */
  static isZone(p: usize): bool {
    const rest = MomentBoundary.end - p;
    if (!rest) return true;
    const sign: u32 = load<u8>(p);
    if (sign == LETTER_Z) return rest == 1;
    if (rest != 6 || (sign != PLUS && sign != MINUS)) return false;
    return MomentBoundary.isPair(p + 1) && <u32>load<u8>(p, 3) == COLON && MomentBoundary.isPair(p + 4);
  }

  /** Without a zone, a moment may be anywhere between the zones that see a day first and last. */
  static putZone(isLow: bool, zone: usize): void {
    const length = <u32>(MomentBoundary.end - zone);
    if (length) {
      memory.copy(MomentBoundary.target, zone, length);
      MomentBoundary.target += length;
      return;
    }
    MomentBoundary.putPart(isLow ? PLUS : MINUS, isLow ? 14 : 12);
    MomentBoundary.putPart(COLON, 0);
  }

  @inline static put(number: i32): void {
    store<u8>(MomentBoundary.target, ZERO + number / 10);
    store<u8>(MomentBoundary.target, ZERO + (number % 10), 1);
    MomentBoundary.target += 2;
  }

  @inline static putPart(separator: u32, number: i32): void {
    store<u8>(MomentBoundary.target++, separator);
    MomentBoundary.put(number);
  }

  static take(char: u32): bool {
    if (MomentBoundary.next >= MomentBoundary.end || <u32>load<u8>(MomentBoundary.next) != char) return false;
    MomentBoundary.next++;
    return true;
  }

  /** The number of two digits behind a separator; nothing is taken when it is not there. */
  static part(separator: u32): i32 {
    const next = MomentBoundary.next;
    if (next >= MomentBoundary.end || <u32>load<u8>(next) != separator) return NO_NUMBER;
    if (!MomentBoundary.isPair(next + 1)) return NO_NUMBER;
    MomentBoundary.next++;
    return MomentBoundary.pair();
  }

  static pair(): i32 {
    const next = MomentBoundary.next;
    if (!MomentBoundary.isPair(next)) return NO_NUMBER;
    MomentBoundary.next = next + 2;
    return 10 * (<i32>load<u8>(next) - ZERO) + (<i32>load<u8>(next, 1) - ZERO);
  }

  @inline static isPair(p: usize): bool {
    return MomentBoundary.isDigitAt(p) && MomentBoundary.isDigitAt(p + 1);
  }

  @inline static isDigitAt(p: usize): bool {
    return p < MomentBoundary.end && <u32>load<u8>(p) - ZERO < 10;
  }
}
