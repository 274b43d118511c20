/** How long most took, and nearly all. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** By nearest rank: both are values that were measured. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { p50: rank(0.5), p99: rank(0.99) };
}
