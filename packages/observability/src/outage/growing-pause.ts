export interface PauseTerms {
  readonly firstMs: number;
  /** The longest one. */
  readonly lastMs: number;
}

/** A fifth more or less, so that many processes do not come back at the same moment. */
const JITTER = 0.2;

/** Length of the pause after so many failures in a row, from 1, in ms: doubled each time up to a limit. */
export function growingPauseMs(failures: number, { firstMs, lastMs }: PauseTerms): number {
  const doubled = Math.min(lastMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return doubled * (1 - JITTER + Math.random() * 2 * JITTER);
}
