import type { Random } from '../random.js';
import { threeDigits, twoDigits } from './digits.js';

export function someDate(random: Random, firstYear: number, years: number): string {
  const year = firstYear + random.int(years);
  return `${year}-${twoDigits(1 + random.int(12))}-${twoDigits(1 + random.int(28))}`;
}

/** A full date mostly; now and then only a month or a year. */
export function somePartialDate(random: Random, firstYear: number, years: number): string {
  const date = someDate(random, firstYear, years);
  if (random.chance(80)) return date;
  return random.chance(50) ? date.slice(0, 7) : date.slice(0, 4);
}

function someTime(random: Random): string {
  return `${twoDigits(random.int(24))}:${twoDigits(random.int(60))}:${twoDigits(random.int(60))}`;
}

/** Offsets and fractions in the variety that servers write: none, milliseconds, seven digits. */
export function someInstant(random: Random, firstYear: number, years: number): string {
  const fraction = random.chance(70)
    ? `.${threeDigits(random.int(1000))}`
    : random.pick(['', '.1234567', '.5']);
  const offset = random.chance(75) ? 'Z' : random.pick(['+00:00', '+02:00', '-05:00', '+05:30']);
  return `${someDate(random, firstYear, years)}T${someTime(random)}${fraction}${offset}`;
}

/** Versions and times of change, from 2024 to 2026. */
export function someMeta(random: Random, profile: string): string {
  const version = 1 + random.int(9);
  const lastUpdated = someInstant(random, 2024, 3);
  return `{"versionId":"${version}","lastUpdated":"${lastUpdated}","profile":["${profile}"]}`;
}
