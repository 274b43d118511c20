/**
 * Comparison of dates, dateTimes, instants and times, which may be partial.
 *
 * Components are compared from the largest to the smallest. If all that both have are equal and one has more of
 * them, the result is empty. Seconds and their fraction are one component. A zone is taken into account when a
 * time of day is given; without a zone, UTC is taken.
 *
 * @see https://hl7.org/fhirpath/#equality
 * @see https://hl7.org/fhirpath/#comparison
 */

/** Negative, 0 or positive; undefined, which stands for empty, when the precision does not suffice. */
export function compareMoments(left: string, right: string): number | undefined {
  if (left === right) return 0;
  return compareComponents(momentOf(left), momentOf(right));
}

export function compareTimes(left: string, right: string): number | undefined {
  if (left === right) return 0;
  return compareComponents(timeOf(left), timeOf(right));
}

/** Components as fixed-width text, largest first; the last holds seconds with nine digits of fraction. */
type Components = readonly string[];

const momentPattern =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const timePattern = /^T?(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?$/;

/** Undefined for text that is no moment: it is not comparable. */
function momentOf(text: string): Components | undefined {
  const match = momentPattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const shifted =
    zone === undefined || zone === 'Z' || hour === undefined
      ? [year, month, day, hour, minute]
      : inUtc([year, month, day, hour, minute], zone);
  return present([...shifted, secondsOf(second, fraction)]);
}

function timeOf(text: string): Components | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, hour, minute, second, fraction] = match;
  return present([hour, minute, secondsOf(second, fraction)]);
}

function secondsOf(second: string | undefined, fraction: string | undefined): string | undefined {
  if (second === undefined) return undefined;
  return second + (fraction?.slice(1) ?? '').padEnd(9, '0');
}

function inUtc(components: readonly (string | undefined)[], zone: string): readonly (string | undefined)[] {
  const [year, month, day, hour, minute] = components.map(Number);
  const [zoneHours = 0, zoneMinutes = 0] = zone.slice(1).split(':').map(Number);
  const offset = (zoneHours * 60 + zoneMinutes) * (zone.startsWith('-') ? -1 : 1);
  const shifted = new Date(0);
  shifted.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day);
  shifted.setUTCHours(hour ?? 0, (components[4] === undefined ? 0 : (minute ?? 0)) - offset);
  const text = shifted.toISOString();
  const [utcYear = '', utcMonth, utcDay, utcHour, utcMinute] = text.split(/(?<=\d)[-T:]/);
  return [utcYear, utcMonth, utcDay, utcHour, components[4] === undefined ? undefined : utcMinute];
}

function present(components: readonly (string | undefined)[]): Components {
  return components.filter((component) => component !== undefined);
}

function compareComponents(left: Components | undefined, right: Components | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left[index] ?? '';
    const b = right[index] ?? '';
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length === right.length ? 0 : undefined;
}
