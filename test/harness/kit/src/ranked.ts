/** The value below which a share of all lies, by nearest rank: one that was measured. NaN of no values. */
export function ranked(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
