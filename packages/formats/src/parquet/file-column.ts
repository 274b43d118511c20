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
  /** @throws CellTypeError */
  append(target: CellBytes, cell: Cell): void;
  /** One value, of a list an item, without head: valid until the next. @throws CellTypeError */
  storedBytes(cell: Exclude<Cell, null>): Uint8Array;
}

/** @throws ColumnTypeError when the column's `ansi/type` names no known type */
export function fileColumn(column: ViewColumn): FileColumn {
  const { name, collection } = column;
  const type = columnSqlType(column);
  const cast = castTo(type);
  const expected = expectation(type);
  const { element, path } = columnLeaf(column);
  const store = appendStored(element);
  const single = new CellBytes();

  function physical(cell: Exclude<Cell, null>): Physical {
    const value = cast(cell);
    if (value === undefined) throw new CellTypeError(name, cell, expected);
    return value;
  }

  function appendList(target: CellBytes, cell: Exclude<Cell, null>): void {
    if (!Array.isArray(cell)) throw new CellTypeError(name, cell, `a collection of ${expected}`);
    target.appendHead(CELL_LIST, cell.length);
    for (const item of cell as readonly Cell[]) {
      if (item === null) target.appendHead(CELL_NULL, 0);
      else store(target, physical(item));
    }
  }

  return {
    element,
    path,
    isList: collection,
    isLimited: type.kind === 'text' && type.maxLength !== undefined,
    append(target, cell) {
      if (cell === null) target.appendHead(CELL_NULL, 0);
      else if (collection) appendList(target, cell);
      else store(target, physical(cell));
    },
    storedBytes(cell) {
      single.clear();
      store(single, physical(cell));
      return single.content.subarray(CELL_HEAD_BYTES);
    },
  };
}
