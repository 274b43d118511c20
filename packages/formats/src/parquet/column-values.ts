import type { Cell, ViewColumn } from '@millrace/viewdef';
import { CellTypeError } from '../errors.js';
import { columnSqlType } from '../sql/column-sql-type.js';
import { expectation } from '../sql/expectation.js';
import { castTo } from './cast.js';
import type { Cast, Physical } from './cast.js';

type Value = Physical | null | (Physical | null)[];

/** Values of one column that wait for their row group. */
export class ColumnValues {
  readonly name: string;
  readonly #collection: boolean;
  readonly #cast: Cast;
  readonly #expected: string;
  #values: Value[] = [];

  constructor(column: ViewColumn) {
    const type = columnSqlType(column);
    this.name = column.name;
    this.#collection = column.collection;
    this.#cast = castTo(type);
    this.#expected = expectation(type);
  }

  /**
   * Returns the bytes that the value keeps in memory, roughly.
   *
   * @throws CellTypeError
   */
  add(cell: Cell): number {
    const value = this.#collection ? this.#list(cell) : this.#value(cell);
    this.#values.push(value);
    return Array.isArray(value) ? value.reduce(addSize, LIST_BYTES) : sizeOf(value);
  }

  /** Takes the values out, for one row group. */
  takeValues(): Value[] {
    const values = this.#values;
    this.#values = [];
    return values;
  }

  #list(cell: Cell): (Physical | null)[] | null {
    if (cell === null) return null;
    if (Array.isArray(cell)) return cell.map((element: Cell) => this.#value(element));
    throw new CellTypeError(this.name, cell, `a collection of ${this.#expected}`);
  }

  #value(cell: Cell): Physical | null {
    if (cell === null) return null;
    const value = this.#cast(cell);
    if (value === undefined) throw new CellTypeError(this.name, cell, this.#expected);
    return value;
  }
}

const POINTER_BYTES = 8;
const LIST_BYTES = 32;

/** A string or a byte array has a header beside its content; numbers are boxed. */
function sizeOf(value: Physical | null): number {
  if (value === null || typeof value === 'boolean') return POINTER_BYTES;
  if (typeof value === 'string') return POINTER_BYTES + 16 + value.length;
  if (typeof value === 'object') return POINTER_BYTES + 96 + value.length;
  return POINTER_BYTES + 16;
}

function addSize(sum: number, value: Physical | null): number {
  return sum + sizeOf(value);
}
