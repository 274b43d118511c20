import { KIND_STRING, VALUE_KIND, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Calendar } from './calendar';
import { CanonicalText } from './canonical-text';
import { COLON, MINUS, PLUS, POINT, ZERO } from './chars';
import { Line } from './line';

/** The precision of the two values leaves the order open. */
export const UNDECIDED: i32 = 2;

/** How many components there are, then the components, the largest first; seconds hold nanoseconds. */
export const COMPONENT_COUNT: usize = 0;
export const COMPONENTS: usize = 8;
const left: usize = memory.data(64, 16);
const right: usize = memory.data(64, 16);
const NANOSECONDS: u64 = 1000000000;
/** Minutes that a zone may be from UTC. */
const MOST_OFFSET: i64 = 840;
const LETTER_T: u32 = 0x54;
const LETTER_Z: u32 = 0x5a;

/**
 * The order of dates, dateTimes, instants and times, which may be partial: the components that both have
 * decide. A zone counts if there is a time of day; without a zone, UTC is taken. Impossible dates and times
 * can be compared with the same text only.
 *
 * https://hl7.org/fhirpath/#comparison
 */
export class Moments {
  /** Room for components that are not compared. */
  static readonly scratch: usize = left;
  /**
   * About the last text that was read: minutes ahead of UTC, where the zone is or the text ends, and digits
   * of the fraction.
   */
  static offset: i64 = 0;
  static zoneAt: usize = 0;
  static places: u32 = 0;
  /** Where the text that is being read goes on, and where it ends. */
  static next: usize = 0;
  static end: usize = 0;

  static order(one: usize, other: usize, areTimes: bool): i32 {
    if (load<u32>(one, VALUE_KIND) != KIND_STRING || load<u32>(other, VALUE_KIND) != KIND_STRING) {
      Line.odd = true;
      return UNDECIDED;
    }
    const a = CanonicalText.of(one);
    const b = CanonicalText.of(other);
    const length = load<u32>(a, VALUE_LENGTH);
    const isSame =
      length == load<u32>(b, VALUE_LENGTH) &&
      Bytes.equal(load<u32>(a, VALUE_START), load<u32>(b, VALUE_START), length);
    if (isSame) return 0;
    if (!Moments.read(a, left, areTimes)) return UNDECIDED;
    Moments.toUtc(left);
    if (!Moments.read(b, right, areTimes)) return UNDECIDED;
    Moments.toUtc(right);
    return Moments.compared();
  }

  static compared(): i32 {
    const count = load<u64>(left, COMPONENT_COUNT);
    const other = load<u64>(right, COMPONENT_COUNT);
    const end = COMPONENTS + ((<usize>min(count, other)) << 3);
    for (let offset = COMPONENTS; offset < end; offset += 8) {
      const x = load<u64>(left + offset);
      const y = load<u64>(right + offset);
      if (x != y) return x < y ? -1 : 1;
    }
    return count == other ? 0 : UNDECIDED;
  }

  /** Reads the components of a text as they are written; false when it is not such a text. */
  static read(value: usize, components: usize, isTime: bool): bool {
    Moments.next = load<u32>(value, VALUE_START);
    Moments.end = Moments.next + load<u32>(value, VALUE_LENGTH);
    Moments.offset = 0;
    Moments.places = 0;
    Moments.zoneAt = Moments.end;
    store<u64>(components, 0, COMPONENT_COUNT);
    if (isTime) {
      Moments.take(LETTER_T);
      return Moments.timeOfDay(components) && Moments.next == Moments.end;
    }
    const century = Moments.pair(99);
    const inCentury = Moments.pair(99);
    const year = 100 * century + inCentury;
    if (century < 0 || inCentury < 0 || !year) return false;
    Moments.add(components, year);
    if (Moments.next == Moments.end) return true;
    if (!Moments.part(components, MINUS, 12)) return false;
    const month = load<i64>(components, COMPONENTS + 8);
    if (!month) return false;
    if (Moments.next == Moments.end) return true;
    if (!Moments.part(components, MINUS, 31)) return false;
    const day = load<i64>(components, COMPONENTS + 16);
    if (!day || (day > 28 && day > Calendar.lastDay(year, month))) return false;
    if (Moments.next == Moments.end) return true;
    return Moments.take(LETTER_T) && Moments.timeOfDay(components) && Moments.zone();
  }

  /** An hour, and the parts that follow it without a gap. */
  static timeOfDay(components: usize): bool {
    const hour = Moments.pair(23);
    if (hour < 0) return false;
    Moments.add(components, hour);
    if (!Moments.stands(COLON)) return true;
    if (!Moments.part(components, COLON, 59)) return false;
    if (!Moments.take(COLON)) return true;
    const second = Moments.pair(60);
    if (second < 0) return false;
    // Whether there is a leap second is for generated code.
    if (second == 60) Line.odd = true;
    const fraction = Moments.fraction();
    if (fraction < 0) return false;
    Moments.add(components, second * NANOSECONDS + fraction);
    return true;
  }

  /** Nanoseconds, or -1 when digits lack; more than nine digits make the line odd. */
  static fraction(): i64 {
    if (!Moments.take(POINT)) return 0;
    let fraction: i64 = 0;
    let count = 0;
    for (; Moments.next < Moments.end; Moments.next++, count++) {
      const digit = <u32>load<u8>(Moments.next) - ZERO;
      if (digit > 9) break;
      if (count < 9) fraction = fraction * 10 + digit;
    }
    Moments.places = <u32>count;
    if (count > 9) Line.odd = true;
    for (let i = count; i < 9; i++) fraction *= 10;
    return count ? fraction : -1;
  }

  /** A zone that is the end of the text, or that end. */
  static zone(): bool {
    Moments.zoneAt = Moments.next;
    if (Moments.next == Moments.end) return true;
    if (Moments.take(LETTER_Z)) return Moments.next == Moments.end;
    const isWest = Moments.stands(MINUS);
    if (!isWest && !Moments.stands(PLUS)) return false;
    Moments.next++;
    const hours = Moments.pair(14);
    if (hours < 0 || !Moments.take(COLON)) return false;
    const minutes = Moments.pair(59);
    if (minutes < 0 || Moments.next != Moments.end) return false;
    const offset = 60 * hours + minutes;
    Moments.offset = isWest ? -offset : offset;
    return offset <= MOST_OFFSET;
  }

  /** Moves the components that were read last to UTC. */
  static toUtc(components: usize): void {
    if (!Moments.offset) return;
    const hasMinute = load<u64>(components, COMPONENT_COUNT) > 4;
    const minute = hasMinute ? load<i64>(components, COMPONENTS + 32) : 0;
    Calendar.set(
      load<i64>(components, COMPONENTS),
      load<i64>(components, COMPONENTS + 8),
      load<i64>(components, COMPONENTS + 16),
      load<i64>(components, COMPONENTS + 24) * 60 + minute - Moments.offset,
    );
    store<i64>(components, Calendar.year, COMPONENTS);
    store<i64>(components, Calendar.month, COMPONENTS + 8);
    store<i64>(components, Calendar.day, COMPONENTS + 16);
    store<i64>(components, Calendar.minute / 60, COMPONENTS + 24);
    if (hasMinute) store<i64>(components, Calendar.minute % 60, COMPONENTS + 32);
  }

  /** A separator and the two digits behind it. */
  static part(components: usize, separator: u32, most: u32): bool {
    if (!Moments.take(separator)) return false;
    const number = Moments.pair(most);
    if (number < 0) return false;
    Moments.add(components, number);
    return true;
  }

  @inline static add(components: usize, component: i64): void {
    const count = load<u64>(components, COMPONENT_COUNT);
    store<i64>(components + COMPONENTS + ((<usize>count) << 3), component);
    store<u64>(components, count + 1, COMPONENT_COUNT);
  }

  @inline static stands(char: u32): bool {
    return Moments.next < Moments.end && <u32>load<u8>(Moments.next) == char;
  }

  static take(char: u32): bool {
    if (!Moments.stands(char)) return false;
    Moments.next++;
    return true;
  }

  /** A number of two digits; -1 if there is no number, or it is too large. */
  @inline static pair(most: u32): i64 {
    const next = Moments.next;
    if (Moments.end - next < 2) return -1;
    const tens = <u32>load<u8>(next) - ZERO;
    const ones = <u32>load<u8>(next, 1) - ZERO;
    if (tens > 9 || ones > 9) return -1;
    Moments.next = next + 2;
    const number: u32 = 10 * tens + ones;
    return number > most ? -1 : <i64>number;
  }
}
