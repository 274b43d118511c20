const DAY: i64 = 1440;
/** Years are counted from 400 before the first, so that the dividend is positive. */
const CYCLE: i64 = 400;

/** The Gregorian calendar, before its beginning too. */
export class Calendar {
  static year: i64 = 0;
  static month: i64 = 0;
  static day: i64 = 0;
  /** Of the day. */
  static minute: i64 = 0;

  /** Sets the moment that is this many minutes after the beginning of a day. */
  static set(year: i64, month: i64, day: i64, minutes: i64): void {
    const total = Calendar.dayNumber(year, month, day) * DAY + minutes;
    Calendar.minute = total % DAY;
    Calendar.setDay(total / DAY);
  }

  /** Days from the beginning of the calendar; months and days count from 1. */
  static dayNumber(year: i64, month: i64, day: i64): i64 {
    return Calendar.daysBefore(year + CYCLE) + Calendar.daysBeforeMonth(year + CYCLE, month - 1) + day - 1;
  }

  /** Sets the date of a day from its number, which is not negative. */
  static setDay(number: i64): void {
    let rest = number;
    let y = rest / 366;
    while (Calendar.daysBefore(y + 1) <= rest) y++;
    rest -= Calendar.daysBefore(y);
    let m: i64 = 0;
    while (m < 11 && Calendar.daysBeforeMonth(y, m + 1) <= rest) m++;
    Calendar.year = y - CYCLE;
    Calendar.month = m + 1;
    Calendar.day = rest - Calendar.daysBeforeMonth(y, m) + 1;
  }

  static lastDay(year: i64, month: i64): i64 {
    const y = year + CYCLE;
    return Calendar.daysBeforeMonth(y, month) - Calendar.daysBeforeMonth(y, month - 1);
  }

  /** Every fourth year is a leap year, but of the full centuries only every fourth. */
  @inline static daysBefore(year: i64): i64 {
    return 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
  }

  /** Days of a year before a month, counted from 0. */
  static daysBeforeMonth(year: i64, month: i64): i64 {
    // From March on, months of 31 and 30 days make 153 days in five.
    if (month < 2) return 31 * month;
    if (month > 11) return Calendar.daysBefore(year + 1) - Calendar.daysBefore(year);
    const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return 59 + (isLeap ? 1 : 0) + (153 * (month - 2) + 2) / 5;
  }
}
