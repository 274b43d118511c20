/** What a stretch of an input had from which no view got a resource. */
export interface Tally {
  /** Lines that are no resources, and that were passed over. */
  readonly skippedLines: number;
  /** Offset of the first of them in the decompressed content; absent when there are none. */
  readonly firstSkipped?: number;
  /** Resources of other types than the one that is read, by type; under the empty name those whose type is none of FHIR. */
  readonly otherTypes: Readonly<Record<string, number>>;
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
  };
}
