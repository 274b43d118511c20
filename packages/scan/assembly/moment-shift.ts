import {
  EXPRESSION_B,
  EXPRESSION_C,
  EXPRESSION_OP,
  KIND_STRING,
  OP_SHIFT_TIME,
  UNIT_DAY,
  UNIT_HOUR,
  UNIT_MINUTE,
  UNIT_MONTH,
  UNIT_WEEK,
  UNIT_YEAR,
  VALUE_KIND,
  VALUE_START,
} from '../src/program-format';
import { Calendar } from './calendar';
import { CanonicalText } from './canonical-text';
import { Arena } from './capture-arena';
import { COLON, MINUS, POINT, ZERO } from './chars';
import { Decimals } from './decimals';
import { Line } from './line';
import { COMPONENTS, COMPONENT_COUNT, Moments } from './moments';
import { Results } from './results';

const LETTER_T: u32 = 0x54;
const MOST_LENGTH: u32 = 40;
const DATE_LENGTH: u32 = 10;
const DAY: i64 = 86400;
const BILLION: i64 = 1000000000;
const MOST_PLACES: u32 = 9;
/** Larger amounts make the line odd, so that their products fit. */
const MOST_AMOUNT: i64 = 10000000000;

/**
 * Dates, times and durations. Whole numbers of nanoseconds stand for seconds; durations and times with more digits make the
 * line odd.
 *
 * https://hl7.org/fhirpath/#datetime-arithmetic
 */
export class MomentShift {
  /** The duration: units, and of a second the rest as nanoseconds with the same sign, and how many digits these have. */
  static unit: u32 = 0;
  static whole: i64 = 0;
  static nanoseconds: i64 = 0;
  static places: u32 = 0;
  /** The time of day of the sum, and how many days have passed. */
  static second: i64 = 0;
  static nanosecond: i64 = 0;
  static days: i64 = 0;
  /** Where the result goes on. */
  static target: usize = 0;

  /**
   * Puts the result on the stack. There is no result without a value (0), for text that is not a date or
   * time, and beyond the calendar.
   *
   * @param x the expression
   */
  static of(x: usize, value: usize, at: u32): u32 {
    const isTime = load<u32>(x, EXPRESSION_OP) == OP_SHIFT_TIME;
    if (!value) return 0;
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) {
      Line.odd = true;
      return 0;
    }
    const text = CanonicalText.of(value);
    if (!Moments.read(text, Moments.scratch, isTime)) return 0;
    const count = <u32>load<u64>(Moments.scratch, COMPONENT_COUNT);
    MomentShift.take(load<u32>(x, EXPRESSION_B), load<u32>(x, EXPRESSION_C));
    // The components of a time begin with the hour; the units have a week that the components do not have.
    const last: u32 = isTime ? UNIT_HOUR + count - 1 : count > 2 ? count : count - 1;
    if (MomentShift.unit > last) MomentShift.convert(last);
    const start = Arena.text(MOST_LENGTH);
    if (!start || Line.odd) return 0;
    MomentShift.target = start;
    if (!(isTime ? MomentShift.putTime(count) : MomentShift.putMoment(text, count))) return 0;
    const length = <u32>(MomentShift.target - start);
    Arena.textNext = MomentShift.target;
    return Results.one(Arena.make(start, length, KIND_STRING), at);
  }

  static take(unit: u32, amount: usize): void {
    const digits = Decimals.read(amount);
    const places = <u32>Decimals.scale;
    MomentShift.unit = unit;
    MomentShift.places = places;
    if (places > MOST_PLACES) Line.odd = true;
    else {
      const one = Decimals.power(places);
      MomentShift.whole = digits / one;
      MomentShift.nanoseconds = (digits % one) * Decimals.power(MOST_PLACES - places);
    }
    if (abs(MomentShift.whole) > MOST_AMOUNT) Line.odd = true;
  }

  /** Converts the duration to a larger unit, and drops the remainder. */
  static convert(unit: u32): void {
    const isYears = MomentShift.unit == UNIT_MONTH && unit == UNIT_YEAR;
    const from = isYears ? 1 : MomentShift.secondsOf(MomentShift.unit);
    const to = isYears ? 12 : MomentShift.secondsOf(unit);
    MomentShift.whole = (MomentShift.whole * from) / to;
    MomentShift.nanoseconds = 0;
    MomentShift.places = 0;
    MomentShift.unit = unit;
  }

  static secondsOf(unit: u32): i64 {
    switch (unit) {
      case UNIT_YEAR:
        return 365 * DAY;
      case UNIT_MONTH:
        return 30 * DAY;
      case UNIT_WEEK:
        return 7 * DAY;
      case UNIT_DAY:
        return DAY;
      case UNIT_HOUR:
        return 3600;
      case UNIT_MINUTE:
        return 60;
    }
    return 1;
  }

  @inline static component(index: usize): i64 {
    return load<i64>(Moments.scratch + COMPONENTS + (index << 3));
  }

  static putTime(count: u32): bool {
    MomentShift.addToClock(0, count);
    MomentShift.putClock(count);
    return true;
  }

  /** Puts the date, and the time with its zone; false beyond the calendar. */
  static putMoment(text: usize, count: u32): bool {
    const hasClock = MomentShift.unit >= <u32>UNIT_HOUR;
    if (hasClock) MomentShift.addToClock(3, count);
    if (!MomentShift.setDate(count, hasClock)) return false;
    MomentShift.putDate(count);
    if (hasClock) {
      store<u8>(MomentShift.target++, LETTER_T);
      MomentShift.putClock(count - 3);
      MomentShift.copy(Moments.zoneAt);
    } else if (count > 3) MomentShift.copy(<usize>load<u32>(text, VALUE_START) + DATE_LENGTH);
    return true;
  }

  /** Sets the calendar to the date of the sum; false when it has no such date. */
  static setDate(count: u32, hasClock: bool): bool {
    const year = MomentShift.component(0);
    const month = count > 1 ? MomentShift.component(1) : 1;
    const day = count > 2 ? MomentShift.component(2) : 1;
    if (MomentShift.unit <= <u32>UNIT_MONTH) {
      const added = MomentShift.whole * (MomentShift.unit == UNIT_YEAR ? 12 : 1);
      const months = year * 12 + month - 1 + added;
      if (months < 12 || months >= 120000) return false;
      Calendar.year = months / 12;
      Calendar.month = (months % 12) + 1;
      Calendar.day = min(day, Calendar.lastDay(Calendar.year, Calendar.month));
      return true;
    }
    const days = hasClock ? MomentShift.days : MomentShift.whole * (MomentShift.unit == UNIT_WEEK ? 7 : 1);
    const number = Calendar.dayNumber(year, month, day) + days;
    if (number < Calendar.dayNumber(1, 1, 1) || number > Calendar.dayNumber(9999, 12, 31)) return false;
    Calendar.setDay(number);
    return true;
  }

  /** Adds to the components from `first` on, which are those of the time of day. */
  static addToClock(first: u32, count: u32): void {
    const clock = count - first;
    const minute = clock > 1 ? MomentShift.component(first + 1) : 0;
    const second = clock > 2 ? MomentShift.component(first + 2) : 0;
    let seconds = MomentShift.component(first) * 3600 + minute * 60 + second / BILLION;
    seconds += MomentShift.whole * MomentShift.secondsOf(MomentShift.unit);
    let nanosecond = (second % BILLION) + MomentShift.nanoseconds;
    if (nanosecond < 0) {
      nanosecond += BILLION;
      seconds--;
    } else if (nanosecond >= BILLION) {
      nanosecond -= BILLION;
      seconds++;
    }
    let days = seconds / DAY;
    if (seconds % DAY < 0) days--;
    MomentShift.days = days;
    MomentShift.second = seconds - days * DAY;
    MomentShift.nanosecond = nanosecond;
  }

  /** As many components of the date of the calendar as there are of the moment. */
  static putDate(count: u32): void {
    MomentShift.put(Calendar.year / 100);
    MomentShift.put(Calendar.year % 100);
    if (count > 1) MomentShift.putPart(MINUS, Calendar.month);
    if (count > 2) MomentShift.putPart(MINUS, Calendar.day);
  }

  static putClock(count: u32): void {
    MomentShift.put(MomentShift.second / 3600);
    if (count > 1) MomentShift.putPart(COLON, (MomentShift.second / 60) % 60);
    if (count > 2) MomentShift.putPart(COLON, MomentShift.second % 60);
    const places = max(Moments.places, MomentShift.places);
    if (!places) return;
    store<u8>(MomentShift.target++, POINT);
    let rest = MomentShift.nanosecond;
    for (let place: u32 = 1; place <= places; place++) {
      const unit = Decimals.power(MOST_PLACES - place);
      store<u8>(MomentShift.target++, ZERO + rest / unit);
      rest %= unit;
    }
  }

  /** The rest of the text. */
  static copy(from: usize): void {
    const length = <u32>(Moments.end - from);
    memory.copy(MomentShift.target, from, length);
    MomentShift.target += length;
  }

  @inline static put(number: i64): void {
    store<u8>(MomentShift.target, ZERO + number / 10);
    store<u8>(MomentShift.target, ZERO + (number % 10), 1);
    MomentShift.target += 2;
  }

  @inline static putPart(separator: u32, number: i64): void {
    store<u8>(MomentShift.target++, separator);
    MomentShift.put(number);
  }
}
