/** A table has something that this writer does not know, or a column has no type in it. Nothing was written. */
export class TableRefusedError extends Error {
  override readonly name = 'TableRefusedError';
  /** Name of the table below its destination. */
  readonly table: string;

  constructor(table: string, why: string) {
    super(`the table ${table} ${why}`);
    this.table = table;
  }
}

/** A column has no type in a Delta table. */
export class ColumnNotInDeltaError extends Error {
  override readonly name = 'ColumnNotInDeltaError';
  readonly column: string;

  constructor(column: string, why: string) {
    super(`the column "${column}" ${why}`);
    this.column = column;
  }
}
