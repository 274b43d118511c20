import type { Random } from '../random.js';

/** Few days and clocks, so that values meet now and then, and those near which calendars and clocks turn over. */
const days = [
  '2020-02-29',
  '2020-02-28',
  '2020-03-01',
  '2019-12-31',
  '2024-01-31',
  '1999-12-31',
  '1970-01-01',
  '2000-02-29',
  '1900-02-28',
  '0001-01-01',
  '9999-12-31',
] as [string, ...string[]];
const clocks = ['12:30:00', '12:30:00', '12:30:01', '00:00:00', '23:59:59'] as const;
const zones = ['Z', 'Z', 'Z', '+00:00', '+02:00', '-05:00', '+05:45', '-00:30', '+14:00', '-12:00'] as const;
const fractions = [
  '',
  '',
  '',
  '.5',
  '.50',
  '.500',
  '.499',
  '.123',
  '.123456',
  '.999',
  '.9996',
  '.123456789',
  '.000000001',
] as [string, ...string[]];
/** The scan leaves these to generated code. */
const longFractions = ['.1234567890', '.1234567890123', '.99999999999999999999'] as const;

/** A date, partial for one in three. */
export function dateText(random: Random): string {
  const day = random.pick(days);
  return random.chance(66) ? day : day.slice(0, random.pick([4, 7]));
}

/** A dateTime of any precision that FHIR has. */
export function dateTimeText(random: Random): string {
  return random.chance(35) ? dateText(random) : instantText(random);
}

export function instantText(random: Random): string {
  return `${random.pick(days)}T${timeText(random)}${random.pick(zones)}`;
}

export function timeText(random: Random): string {
  return random.pick(clocks) + (random.chance(5) ? random.pick(longFractions) : random.pick(fractions));
}

/** Texts that the calendar, the clock or the zones do not have. Some are not even written like a date. */
const impossible = [
  '2024-02-30',
  '2023-02-29',
  '2024-04-31T12:30:00Z',
  '2024-13',
  '0000-01-01',
  '2024-01-01T24:00:00Z',
  '2024-01-01T12:60:00Z',
  '2024-01-01T12:30:00+14:01',
  '2024-01-01T12:30:60Z',
  'soon',
] as [string, ...string[]];

export function impossibleText(random: Random): string {
  return random.pick(impossible);
}

const amounts = [
  '0',
  '1',
  '1',
  '2',
  '1.9',
  '13',
  '30',
  '365',
  '0.5',
  '0.25',
  '90.5',
  '0.000000001',
  '1000',
] as const;
const unitsOfDays = ['year', 'months', 'month', 'weeks', 'days', 'day', "'d'", "'wk'"] as const;
const unitsOfClocks = [
  'hours',
  'minutes',
  'minute',
  'seconds',
  'milliseconds',
  "'h'",
  "'s'",
  "'ms'",
] as const;

/** An operator and a quantity that it may have to its right of a date, or of a time. */
export function durationText(of: 'moment' | 'time', random: Random): string {
  const unit = of === 'moment' && random.chance(50) ? random.pick(unitsOfDays) : random.pick(unitsOfClocks);
  return `${random.pick(['+', '-'])} ${random.pick(amounts)} ${unit}`;
}
