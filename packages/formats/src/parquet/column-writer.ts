import type { Cell, ViewColumn } from '@millrace/viewdef';
import type { ColumnChunk } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { CellTypeError } from '../errors.js';
import { columnSqlType } from '../sql/column-sql-type.js';
import { expectation } from '../sql/expectation.js';
import { castTo } from './cast.js';
import type { Cast, Physical } from './cast.js';
import { ColumnChunkWriter } from './column-chunk.js';
import { columnLeaf } from './parquet-schema.js';

/** Levels of a list: https://parquet.apache.org/docs/file-format/nestedencoding/ */
const NULL = 0;
const EMPTY_LIST = 1;
const NULL_ELEMENT = 2;

/** Writes the cells of one column as the values of its type. */
export class ColumnWriter {
  readonly #name: string;
  readonly #collection: boolean;
  readonly #cast: Cast;
  readonly #expected: string;
  readonly #chunk: ColumnChunkWriter;

  constructor(column: ViewColumn) {
    const type = columnSqlType(column);
    this.#name = column.name;
    this.#collection = column.collection;
    this.#cast = castTo(type);
    this.#expected = expectation(type);
    this.#chunk = new ColumnChunkWriter(columnLeaf(column));
  }

  get bufferedBytes(): number {
    return this.#chunk.bufferedBytes;
  }

  /** @throws CellTypeError */
  add(cell: Cell): void {
    if (cell === null) this.#chunk.addNull(NULL, 0);
    else if (this.#collection) this.#addList(cell);
    else this.#chunk.addValue(this.#value(cell), 0);
    this.#chunk.endRow();
  }

  finish(target: ByteWriter): ColumnChunk {
    return this.#chunk.finish(target);
  }

  #addList(cell: Exclude<Cell, null>): void {
    if (!Array.isArray(cell)) throw new CellTypeError(this.#name, cell, `a collection of ${this.#expected}`);
    if (cell.length === 0) this.#chunk.addNull(EMPTY_LIST, 0);
    for (const [index, element] of (cell as readonly Cell[]).entries()) {
      const repetition = index === 0 ? 0 : 1;
      if (element === null) this.#chunk.addNull(NULL_ELEMENT, repetition);
      else this.#chunk.addValue(this.#value(element), repetition);
    }
  }

  #value(cell: Exclude<Cell, null>): Physical {
    const value = this.#cast(cell);
    if (value === undefined) throw new CellTypeError(this.#name, cell, this.#expected);
    return value;
  }
}
