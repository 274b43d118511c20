import { CELL_HEAD_BYTES, CELL_LIST, CELL_NULL } from '@millrace/scan';
import type { Cell, ViewColumn } from '@millrace/viewdef';
import type { SchemaElement } from 'hyparquet';
import { CellTypeError } from '../errors.js';
import { columnSqlType } from '../sql/column-sql-type.js';
import { expectation } from '../sql/expectation.js';
import { castTo } from './cast.js';
import type { Physical } from './cast.js';
import { CellBytes } from './cell-bytes.js';
import { columnLeaf } from './parquet-schema.js';
import { appendStored } from './stored.js';

/** One column of a file: where its values are in the schema, and how cells become them. */
export interface FileColumn {
  readonly element: SchemaElement;
  readonly path: readonly string[];
  readonly isList: boolean;
  /** Text that must not be longer than its column allows. */
  readonly isLimited: boolean;
  /** @throws CellTypeError, unless values that do not fit become null */
  append(target: CellBytes, cell: Cell): void;
  /** One value, of a list an item, without head: valid until the next. Undefined: it becomes null. @throws CellTypeError */
  storedBytes(cell: Exclude<Cell, null>): Uint8Array | undefined;
}

/**
 * @param onMismatch told of each value, of a list each item, that does not fit and becomes null. Absent: it is an error.
 * @throws ColumnTypeError when the column's `ansi/type` names no known type
 */
export function fileColumn(column: ViewColumn, onMismatch?: () => void): FileColumn {
  const { name, collection } = column;
  const type = columnSqlType(column);
  const cast = castTo(type);
  const expected = expectation(type);
  const { element, path } = columnLeaf(column);
  const store = appendStored(element);
  const single = new CellBytes();

  function physical(cell: Exclude<Cell, null>): Physical | undefined {
    const value = cast(cell);
    if (value !== undefined) return value;
    if (onMismatch === undefined) throw new CellTypeError(name, cell, expected);
    onMismatch();
    return undefined;
  }

  function appendValue(target: CellBytes, cell: Cell): void {
    const value = cell === null ? undefined : physical(cell);
    if (value === undefined) target.appendHead(CELL_NULL, 0);
    else store(target, value);
  }

  function appendList(target: CellBytes, cell: Exclude<Cell, null>): void {
    if (!Array.isArray(cell)) throw new CellTypeError(name, cell, `a collection of ${expected}`);
    target.appendHead(CELL_LIST, cell.length);
    for (const item of cell as readonly Cell[]) appendValue(target, item);
  }

  return {
    element,
    path,
    isList: collection,
    isLimited: type.kind === 'text' && type.maxLength !== undefined,
    append(target, cell) {
      if (collection && cell !== null) appendList(target, cell);
      else appendValue(target, cell);
    },
    storedBytes(cell) {
      const value = physical(cell);
      if (value === undefined) return undefined;
      single.clear();
      store(single, value);
      return single.content.subarray(CELL_HEAD_BYTES);
    },
  };
}
