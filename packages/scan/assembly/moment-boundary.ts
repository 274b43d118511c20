import { BOUNDARY_FULL, KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Calendar } from './calendar';
import { Arena } from './capture-arena';
import { COLON, MINUS, PLUS, POINT, ZERO } from './chars';
import { Line } from './line';
import { Moments } from './moments';
import { Results } from './results';

const LETTER_T: u32 = 0x54;
/** `YYYY-MM-DDThh:mm:ss.nnnnnnnnn+hh:mm` has 35 characters. */
const MOST_LENGTH: u32 = 40;
/** Digits of a moment up to and with its day, and with its milliseconds. */
const DIGITS_OF_DATE: i32 = 8;
const DIGITS_OF_MOMENT: i32 = 17;
/** Digits of a time up to and with its seconds, and with its milliseconds. */
const DIGITS_OF_CLOCK: i32 = 6;
const DIGITS_OF_TIME: i32 = 9;
const PLACES_OF_MILLISECONDS: u32 = 3;
const DATE_LENGTH: u32 = 10;

/** The first and last moment of a date or time that may be partial. */
export class MomentBoundary {
  /** Where the text that is read goes on, where it ends, and where the result goes on. */
  static next: usize = 0;
  static end: usize = 0;
  static target: usize = 0;

  /** `precision` counts digits: 4 for a year up to 17 with milliseconds. */
  static ofMoment(isLow: bool, isDate: bool, text: usize, precision: i32, at: u32): u32 {
    const most = isDate ? DIGITS_OF_DATE : DIGITS_OF_MOMENT;
    const wanted = precision == BOUNDARY_FULL ? most : precision;
    if (wanted > most || !MomentBoundary.hasPrecision(wanted)) return 0;
    if (!Moments.read(text, Moments.scratch, false)) return 0;
    if (precision == BOUNDARY_FULL && MomentBoundary.isWhole(isDate, text)) return Results.one(text, at);
    const start = MomentBoundary.begin(text);
    if (!start) return 0;
    const century = MomentBoundary.pair();
    const inCentury = MomentBoundary.pair();
    const month = MomentBoundary.part(MINUS, isLow ? 1 : 12);
    const lastDay = isLow ? 1 : <i32>Calendar.lastDay(100 * century + inCentury, month);
    const day = MomentBoundary.part(MINUS, lastDay);
    MomentBoundary.put(century);
    MomentBoundary.put(inCentury);
    if (wanted > 4) MomentBoundary.putPart(MINUS, month);
    if (wanted > 6) MomentBoundary.putPart(MINUS, day);
    if (wanted > DIGITS_OF_DATE) {
      const digits = precision == BOUNDARY_FULL ? precision : wanted - DIGITS_OF_DATE;
      const hour = MomentBoundary.part(LETTER_T, isLow ? 0 : 23);
      store<u8>(MomentBoundary.target++, LETTER_T);
      MomentBoundary.put(hour);
      MomentBoundary.clock(isLow, digits);
      MomentBoundary.putZone(isLow);
    }
    return MomentBoundary.result(start, at);
  }

  /** `precision` counts digits: 2 for an hour up to 9 with milliseconds. */
  static ofTime(isLow: bool, text: usize, precision: i32, at: u32): u32 {
    const wanted = precision == BOUNDARY_FULL ? DIGITS_OF_TIME : precision;
    if (wanted != 2 && wanted != 4 && wanted != DIGITS_OF_CLOCK && wanted != DIGITS_OF_TIME) return 0;
    if (!Moments.read(text, Moments.scratch, true)) return 0;
    const start = MomentBoundary.begin(text);
    if (!start) return 0;
    MomentBoundary.take(LETTER_T);
    MomentBoundary.put(MomentBoundary.pair());
    MomentBoundary.clock(isLow, precision);
    return MomentBoundary.result(start, at);
  }

  /** Whether the text that was read has all that its boundary shows. */
  @inline static isWhole(isDate: bool, text: usize): bool {
    if (isDate) return load<u32>(text, VALUE_LENGTH) == DATE_LENGTH;
    return Moments.places >= PLACES_OF_MILLISECONDS && Moments.zoneAt < Moments.end;
  }

  @inline static hasPrecision(digits: i32): bool {
    return digits == DIGITS_OF_MOMENT || (digits >= 4 && digits <= 14 && !(digits & 1));
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

  /** Puts the parts after the hour, with as many digits of a time as are wanted. */
  static clock(isLow: bool, wanted: i32): void {
    const isGiven = MomentBoundary.stands(COLON);
    const minute = MomentBoundary.part(COLON, isLow ? 0 : 59);
    const hasSecond = isGiven && MomentBoundary.stands(COLON);
    const second = hasSecond ? MomentBoundary.part(COLON, 0) : isLow ? 0 : 59;
    if (wanted > 2) MomentBoundary.putPart(COLON, minute);
    if (wanted > 4) MomentBoundary.putPart(COLON, second);
    if (MomentBoundary.stands(POINT)) {
      MomentBoundary.next++;
      MomentBoundary.fraction(isLow, wanted);
    } else if (wanted > DIGITS_OF_CLOCK) {
      store<u8>(MomentBoundary.target++, POINT);
      for (let i: u32 = 0; i < PLACES_OF_MILLISECONDS; i++) MomentBoundary.digit(isLow ? 0 : 9);
    }
  }

  /** All digits that are there, or those that are wanted; a sum of what is left is for generated code. */
  static fraction(isLow: bool, wanted: i32): void {
    if (wanted > DIGITS_OF_CLOCK) store<u8>(MomentBoundary.target++, POINT);
    let places: u32 = 0;
    for (; MomentBoundary.next < MomentBoundary.end; MomentBoundary.next++, places++) {
      const digit = <u32>load<u8>(MomentBoundary.next) - ZERO;
      if (digit > 9) break;
      if (wanted == BOUNDARY_FULL || (wanted == DIGITS_OF_TIME && places < PLACES_OF_MILLISECONDS))
        MomentBoundary.digit(digit);
      else if (digit && !isLow && wanted >= DIGITS_OF_CLOCK) Line.odd = true;
    }
    if (wanted <= DIGITS_OF_CLOCK) return;
    for (; places < PLACES_OF_MILLISECONDS; places++) MomentBoundary.digit(0);
  }

  /** Without a zone, a moment may be anywhere between the zones that see a day first and last. */
  static putZone(isLow: bool): void {
    const length = <u32>(MomentBoundary.end - MomentBoundary.next);
    if (length) {
      memory.copy(MomentBoundary.target, MomentBoundary.next, length);
      MomentBoundary.target += length;
      return;
    }
    MomentBoundary.putPart(isLow ? PLUS : MINUS, isLow ? 14 : 12);
    MomentBoundary.putPart(COLON, 0);
  }

  @inline static digit(digit: u32): void {
    store<u8>(MomentBoundary.target++, ZERO + digit);
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

  @inline static stands(char: u32): bool {
    return MomentBoundary.next < MomentBoundary.end && <u32>load<u8>(MomentBoundary.next) == char;
  }

  static take(char: u32): void {
    if (MomentBoundary.stands(char)) MomentBoundary.next++;
  }

  /** The number of two digits behind a separator, or another one when the separator is not there. */
  static part(separator: u32, otherwise: i32): i32 {
    if (!MomentBoundary.stands(separator)) return otherwise;
    MomentBoundary.next++;
    return MomentBoundary.pair();
  }

  /** A moment that was read has two digits here. */
  static pair(): i32 {
    const next = MomentBoundary.next;
    MomentBoundary.next = next + 2;
    return 10 * (<i32>load<u8>(next) - ZERO) + (<i32>load<u8>(next, 1) - ZERO);
  }
}
