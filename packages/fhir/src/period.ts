/** https://hl7.org/fhir/datatypes.html#Period */
export interface Period {
  readonly start?: unknown;
  readonly end?: unknown;
}

const DATE_TIME = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(.+))?)?)?$/;

/**
 * Whether a moment is in a period. A boundary that is missing, or that is no dateTime, is open; a partial one counts
 * whole, so that `2026-03` as an end lasts to the end of March. Dates are read in UTC.
 *
 * @param at milliseconds since the epoch
 */
export function isWithin(period: Period, at: number): boolean {
  const start = spanOf(period.start);
  const end = spanOf(period.end);
  return (start === undefined || at >= start.first) && (end === undefined || at < end.after);
}

/** The milliseconds `[first, after)` that a dateTime covers. */
function spanOf(value: unknown): { readonly first: number; readonly after: number } | undefined {
  const match = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (match === null) return undefined;
  const [text, year = '', month, day, time] = match;
  if (time !== undefined) {
    const first = Date.parse(text);
    // A second lasts until the next one, a millisecond until the next one.
    return Number.isNaN(first) ? undefined : { first, after: first + (time.includes('.') ? 1 : 1000) };
  }
  const index = Number(month ?? 1) - 1;
  const first = Date.UTC(Number(year), index, Number(day ?? 1));
  const after =
    day !== undefined
      ? Date.UTC(Number(year), index, Number(day) + 1)
      : month !== undefined
        ? Date.UTC(Number(year), index + 1, 1)
        : Date.UTC(Number(year) + 1, 0, 1);
  return { first, after };
}
