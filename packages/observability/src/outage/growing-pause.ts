export interface PauseTerms {
  readonly firstMs: number;
  /** The longest one. */
  readonly lastMs: number;
}

/** A fifth more or less, so that many processes do not come back at the same moment. */
const JITTER = 0.2;

/** Length in ms of the pause after this many failures in a row, from 1: it is doubled each time, up to a limit. */
export function growingPauseMs(failures: number, { firstMs, lastMs }: PauseTerms): number {
  const doubled = Math.min(lastMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return doubled * (1 - JITTER + Math.random() * 2 * JITTER);
}
