/** A column has more values than an output may have partitions. The values may be about a person, and are not shown. */
export class PartitionLimitError extends Error {
  override readonly name = 'PartitionLimitError';
  readonly column: string;

  constructor(column: string, most: number) {
    super(
      `Column "${column}" has more than ${most} values, which is as many partitions as one output may have; expected a column with fewer values`,
    );
    this.column = column;
  }
}

/** A value of a column has no path of its own. It may be about a person, and is not shown. */
export class PartitionValueError extends Error {
  override readonly name = 'PartitionValueError';

  constructor(column: string, what: string) {
    super(`Column "${column}" got ${what}, which has no path as a partition`);
  }
}
