import { ranked } from '@millrace/harness-kit';

/** How long most took, and nearly all. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** By nearest rank: both are values that were measured. */
export function spreadOf(values: readonly number[]): Spread {
  return { p50: ranked(values, 0.5), p99: ranked(values, 0.99) };
}
