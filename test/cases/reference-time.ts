/**
 * What FHIRPath says of dates and times, written on BigInt and the host's calendar of UTC alone: no code of the product.
 * https://hl7.org/fhirpath/#comparison and https://hl7.org/fhirpath/#datetime-arithmetic
 */

export interface Written {
  /** Year, month, day, hour, minute and second, as many as are given. */
  readonly fields: readonly number[];
  readonly fraction: string;
  /** `Z`, an offset, or nothing. */
  readonly zone: string;
}

const pad = (number: number, length = 2): string => String(number).padStart(length, '0');

export function textOf({ fields, fraction, zone }: Written): string {
  const [year = 0, ...others] = fields;
  const date = [pad(year, 4), ...others.slice(0, 2).map((field) => pad(field))].join('-');
  if (fields.length <= 3) return date;
  const clock = others.slice(2).map((field) => pad(field));
  return `${date}T${clock.join(':')}${fraction === '' ? '' : `.${fraction}`}${zone}`;
}

/** Milliseconds of whole seconds, as if the fields were in UTC. */
function millisecondsOf(fields: readonly number[]): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}

function fieldsOf(milliseconds: number, count: number): readonly number[] {
  const at = new Date(milliseconds);
  return [
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  ].slice(0, count);
}

function offsetOf(zone: string): number {
  if (zone === '' || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Negative, 0 or positive; null when the precision leaves it open. */
export function compare(left: Written, right: Written): number | null {
  const [a, b] = [left, right].map(({ fields, zone }) =>
    fields.length <= 3 ? fields : fieldsOf(millisecondsOf(fields) - offsetOf(zone), fields.length),
  );
  for (let at = 0; at < Math.min(a?.length ?? 0, b?.length ?? 0); at += 1) {
    const order = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (order !== 0) return order;
  }
  if (a?.length !== b?.length) return null;
  const digits = Math.max(left.fraction.length, right.fraction.length);
  const [x, y] = [left, right].map(({ fraction }) => BigInt(`0${fraction.padEnd(digits, '0')}`));
  return x === y ? 0 : (x ?? 0n) < (y ?? 0n) ? -1 : 1;
}

/** An amount as a whole number and how many of its digits are the fraction. */
export interface Duration {
  readonly digits: bigint;
  readonly places: number;
  readonly unit: 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';
}

const DAY = 86_400n;
/** The place of a unit among the fields, and its length in milliseconds. */
const units = {
  year: { field: 0, length: 365n * DAY * 1000n },
  month: { field: 1, length: 30n * DAY * 1000n },
  week: { field: 2, length: 7n * DAY * 1000n },
  day: { field: 2, length: DAY * 1000n },
  hour: { field: 3, length: 3_600_000n },
  minute: { field: 4, length: 60_000n },
  second: { field: 5, length: 1000n },
  millisecond: { field: 5, length: 1n },
};
const ofFields = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** Null beyond the years 1 to 9999. */
export function plus(moment: Written, { digits, places, unit }: Duration): string | null {
  const { fields } = moment;
  const last = fields.length - 1;
  const scale = 10n ** BigInt(places);
  const whole = digits / scale;
  if (units[unit].field > last) {
    const to = ofFields[last] ?? 'second';
    const amount = units[unit].field < 5 ? whole * scale : digits;
    const converted =
      unit === 'month' ? whole / 12n : (amount * units[unit].length) / (units[to].length * scale);
    return plus(moment, { digits: converted, places: 0, unit: to });
  }
  if (unit === 'year' || unit === 'month')
    return plusMonths(moment, Number(whole) * (unit === 'year' ? 12 : 1));
  if (units[unit].field < 5) {
    const sum = millisecondsOf(fields) + Number(whole * units[unit].length);
    return written({ ...moment, fields: fieldsOf(sum, fields.length) });
  }
  return plusSeconds(moment, digits, places + (unit === 'millisecond' ? 3 : 0));
}

function plusMonths(moment: Written, added: number): string | null {
  const [year = 0, month = 1, day, ...clock] = moment.fields;
  const months = year * 12 + month - 1 + added;
  const to = [Math.floor(months / 12), months - Math.floor(months / 12) * 12 + 1] as const;
  const lastDay = fieldsOf(millisecondsOf([to[0], to[1] + 1, 0]), 3)[2] ?? 0;
  const fields = day === undefined ? to : [...to, Math.min(day, lastDay), ...clock];
  return written({ ...moment, fields: fields.slice(0, moment.fields.length) });
}

function plusSeconds(moment: Written, digits: bigint, places: number): string | null {
  let needed = places;
  while (needed > 0 && digits % 10n ** BigInt(places - needed + 1) === 0n) needed -= 1;
  const shown = Math.max(moment.fraction.length, needed);
  const most = Math.max(shown, places);
  const one = 10n ** BigInt(most);
  const before = (BigInt(millisecondsOf(moment.fields)) / 1000n) * one;
  const sum =
    before + BigInt(`0${moment.fraction.padEnd(most, '0')}`) + digits * 10n ** BigInt(most - places);
  const rest = ((sum % one) + one) % one;
  const fields = fieldsOf(Number((sum - rest) / one) * 1000, 6);
  const fraction = String(rest).padStart(most, '0').slice(0, shown);
  return written({ ...moment, fields, fraction: most === 0 ? '' : fraction });
}

function written(moment: Written): string | null {
  const [year = 0] = moment.fields;
  return year >= 1 && year <= 9999 ? textOf(moment) : null;
}

/** The first or last moment that a value may stand for. */
export function bound(side: 'low' | 'high', moment: Written): Written {
  const [year = 0, month = side === 'low' ? 1 : 12] = moment.fields;
  const lastDay = fieldsOf(millisecondsOf([year, month + 1, 0]), 3)[2] ?? 0;
  const ends = side === 'low' ? [year, month, 1, 0, 0, 0] : [year, month, lastDay, 23, 59, 59];
  const { fraction, zone } = moment;
  return {
    fields: ends.map((end, at) => moment.fields[at] ?? end),
    fraction: fraction === '' ? (side === 'low' ? '000' : '999') : fraction.padEnd(3, '0'),
    zone: zone === '' ? (side === 'low' ? '+14:00' : '-12:00') : zone,
  };
}
