/** Counts of resources and lines of a range that no view read, or that views read because they have no readable date. */
export interface Tally {
  /** Lines that are not resources, and that were passed over. */
  readonly skippedLines: number;
  /** Offset of the first of them in the decompressed content; absent when no line was skipped. */
  readonly firstSkipped?: number;
  /**
   * Resources of types other than the one that is read, by type. The empty name is for types that FHIR does
   * not have.
   */
  readonly otherTypes: Readonly<Record<string, number>>;
  /**
   * Resources that passed `_since` without a readable date of their last change; absent when there are none.
   */
  readonly undated?: Found;
}

/** How many there are, and the offset of the first in the decompressed content. */
export interface Found {
  readonly count: number;
  readonly first: number;
}

export const EMPTY_TALLY: Tally = { skippedLines: 0, otherTypes: {} };

/** Of stretches of one input, in any order. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  const firsts = tallies.flatMap(({ firstSkipped }) => firstSkipped ?? []);
  const otherTypes: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [type, count] of Object.entries(tally.otherTypes)) {
      otherTypes[type] = (otherTypes[type] ?? 0) + count;
    }
  }
  return {
    skippedLines: tallies.reduce((sum, { skippedLines }) => sum + skippedLines, 0),
    ...(firsts.length > 0 ? { firstSkipped: firsts.reduce((least, at) => Math.min(least, at)) } : {}),
    otherTypes,
    ...sumOfUndated(tallies),
  };
}

function sumOfUndated(tallies: readonly Tally[]): Pick<Tally, 'undated'> {
  const found = tallies.flatMap(({ undated }) => undated ?? []);
  if (found.length === 0) return {};
  const count = found.reduce((sum, one) => sum + one.count, 0);
  return { undated: { count, first: found.reduce((least, { first }) => Math.min(least, first), Infinity) } };
}
