/** The Gregorian calendar, before its beginning too. Days are counted from 1 March of the year 0. */

const DAYS_OF_CYCLE = 146_097;
const YEARS_OF_CYCLE = 400;

/** A day by its date; months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The number of a day. Years begin in March here, so that the leap day is the last one. */
export function dayNumber({ year, month, day }: CalendarDay): number {
  const y = month > 2 ? year : year - 1;
  const cycle = Math.floor(y / YEARS_OF_CYCLE);
  const inCycle = y - cycle * YEARS_OF_CYCLE;
  const monthsSinceMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthsSinceMarch + 2) / 5) + day - 1;
  return cycle * DAYS_OF_CYCLE + 365 * inCycle + leapDays(inCycle) + dayOfYear;
}

/** The inverse of `dayNumber`. */
export function dayOf(number: number): CalendarDay {
  const cycle = Math.floor(number / DAYS_OF_CYCLE);
  const inCycle = number - cycle * DAYS_OF_CYCLE;
  let y = Math.min(Math.floor(inCycle / 365), YEARS_OF_CYCLE - 1);
  while (365 * y + leapDays(y) > inCycle) y -= 1;
  const dayOfYear = inCycle - 365 * y - leapDays(y);
  const monthsSinceMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((monthsSinceMarch + 2) % 12) + 1;
  const day = dayOfYear - Math.floor((153 * monthsSinceMarch + 2) / 5) + 1;
  return { year: cycle * YEARS_OF_CYCLE + y + (month > 2 ? 0 : 1), month, day };
}

/** Leap days before a year of a cycle of 400 years. */
function leapDays(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100);
}
