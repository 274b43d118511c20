import type { RowGroupLimits } from '@millrace/formats';

/**
 * What the open row groups of a pass may hold together: Parquet keeps a row group in memory, and then once more, as it
 * is in the file. This is some 80,000 rows of ten columns of one view; with twice as much a thread took 10 MB more.
 */
const ROW_GROUP_BYTES = 8 << 20;
const ROW_GROUP_ROWS = 1 << 17;

/** Limits of the row groups of each view in a pass over so many. */
export function rowGroupsOf(views: number): RowGroupLimits {
  return { rowGroupRows: ROW_GROUP_ROWS, rowGroupBytes: ROW_GROUP_BYTES / Math.max(1, views) };
}
