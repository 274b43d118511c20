import type { ScanLimit } from '@millrace/scan';
import type { Random } from '../random.js';

/** How lines get to the scan, and when it stops between them. None of it may change a row. */
export interface Framing {
  /** How many lines make a chunk: one number after the other, and again from the first. */
  readonly chunkLines: readonly [number, ...number[]];
  /** Whether the last line of a chunk has its newline. */
  readonly closed: boolean;
  /** Limits of each view in a run: one entry for each run, and again from the first. Empty: no limits. */
  readonly limits: readonly (readonly ScanLimit[])[];
  /** Whether the rest of a chunk is handed over anew after a limit, as after a cut. */
  readonly restarts: boolean;
  /** Limit of the output of all views in a run; undefined: as much as there is room for. */
  readonly outputBytes: number | undefined;
}

/** One chunk of closed lines, and no stops that lines do not ask for. */
export const wholeFraming: Framing = {
  chunkLines: [Number.MAX_SAFE_INTEGER],
  closed: true,
  limits: [],
  restarts: false,
  outputBytes: undefined,
};

export function generateFraming(views: number, random: Random): Framing {
  const some = <T>(make: () => T): readonly T[] => Array.from({ length: 1 + random.below(4) }, make);
  const limit = (): ScanLimit => ({
    rows: random.chance(50) ? 1 + random.below(20) : Number.POSITIVE_INFINITY,
    bytes: random.chance(50) ? 1 + random.below(2000) : Number.POSITIVE_INFINITY,
  });
  return {
    chunkLines: random.chance(50)
      ? [1 + random.below(8), ...some(() => 1 + random.below(30))]
      : wholeFraming.chunkLines,
    closed: random.chance(70),
    limits: random.chance(40) ? some(() => Array.from({ length: views }, limit)) : [],
    restarts: random.chance(50),
    outputBytes: random.chance(30) ? views * (1 + random.below(64)) * 256 : undefined,
  };
}
