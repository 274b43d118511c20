import { toJsonText } from '@millrace/viewdef';
import type { Cell, ViewColumn } from '@millrace/viewdef';
import { CellTypeError } from './errors.js';
import { castTo } from './parquet/cast.js';
import type { FormatOptions } from './part-encoder.js';
import { columnSqlType } from './sql/column-sql-type.js';
import { expectation } from './sql/expectation.js';

/** The partition of a row: the text of the value of a column, or null. */
export interface PartitionText {
  readonly text: string | null;
  /** Whether it is null because the value does not fit the column. */
  readonly isMismatch?: true;
}

/**
 * How the values of a column become texts of partitions. In Parquet they are those of the type of the column, so that two
 * spellings of a number are one partition; other formats keep the text that they would write.
 *
 * @throws ColumnTypeError when the column's `ansi/type` names no known type; the function: CellTypeError
 */
export function partitionText(
  column: ViewColumn,
  { format, onMismatch }: Pick<FormatOptions, 'format' | 'onMismatch'>,
): (cell: Cell) => PartitionText {
  if (format !== 'parquet')
    return (cell) => ({ text: cell === null || typeof cell === 'string' ? cell : toJsonText(cell) });
  const type = columnSqlType(column);
  const cast = castTo(type);
  const expected = expectation(type);
  return (cell) => {
    if (cell === null) return { text: null };
    const value = cast(cell);
    if (value === undefined) {
      if (onMismatch === undefined) throw new CellTypeError(column.name, cell, expected);
      return { text: null, isMismatch: true };
    }
    // A day is a number in the file, and a path has it as FHIR does.
    return { text: typeof cell === 'string' && type.kind === 'date' ? cell : String(value) };
  };
}
