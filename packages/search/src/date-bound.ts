/** A moment that dates and times are compared with. */
export interface Bound {
  /** As a literal of FHIRPath. */
  readonly instant: string;
  /**
   * A text that the text of a date, month or year is less than exactly if it begins before the moment: `2020` for the first
   * moment of that year, `2020-06` for that of a month, else the next day that begins at the moment or later.
   */
  readonly begin: string;
  /** The day in UTC that the moment is in. A date, month or year has ended by then if its text and `~` are less. */
  readonly day: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param ms since the epoch; undefined outside of the years that a text can have */
export function bound(ms: number): Bound | undefined {
  const text = new Date(ms).toISOString();
  const next = new Date(Math.ceil(ms / DAY_MS) * DAY_MS).toISOString();
  // A year beyond 9999 has a sign and six digits.
  if (!/^\d/.test(text) || !/^\d/.test(next)) return undefined;
  return {
    instant: `@${text}`,
    begin: next.slice(0, 10).replace(/(?:-01){1,2}$/, ''),
    day: text.slice(0, 10),
  };
}
