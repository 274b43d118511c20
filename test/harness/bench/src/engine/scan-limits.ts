import type { Format } from '@millrace/formats';
import type { ToFloor } from './engine-benchmark.js';

/** The promise of the scan over the bundled views: its least speed, as a multiple of the floor. */
export const SCAN_LIMITS: Readonly<Partial<Record<Format, Pick<ToFloor, 'lowest' | 'median'>>>> = {
  csv: { lowest: 3, median: 4.5 },
  ndjson: { lowest: 3, median: 4.5 },
  parquet: { lowest: 1.5, median: 1.5 },
};

/** False where the scan took no view. */
export function isWithin(
  limits: Pick<ToFloor, 'lowest' | 'median'>,
  scan: Pick<ToFloor, 'lowest' | 'median'> | undefined,
): boolean {
  return scan !== undefined && scan.lowest >= limits.lowest && scan.median >= limits.median;
}
