import type { RowGroupLimits } from '@millrace/formats';

/**
 * The memory budget for all open row groups of a pass. Parquet keeps a row group in memory, and then once
 * more as it is in the file. The budget holds some 80,000 rows of ten columns of one view; with twice the
 * budget a thread took 10 MB more.
 */
const ROW_GROUP_BYTES = 8 << 20;
const ROW_GROUP_ROWS = 1 << 17;

/** Limits of the row groups of each view, in a pass over this many views. */
export function rowGroupsOf(views: number): RowGroupLimits {
  return { rowGroupRows: ROW_GROUP_ROWS, rowGroupBytes: ROW_GROUP_BYTES / Math.max(1, views) };
}
