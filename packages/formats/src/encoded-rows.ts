import type { Row, ViewColumn } from '@millrace/viewdef';
import { CellBytes } from './parquet/cell-bytes.js';
import { fileColumn } from './parquet/file-column.js';
import type { FormatOptions, PartEncoder } from './part-encoder.js';
import { textLayout } from './text/text-layout.js';
import type { TextLayout } from './text/text-part.js';

/**
 * Rows that are encoded before their part begins. They take the memory of their bytes and little more, where a part
 * takes a kernel or large buffers, so that very many parts can have some.
 */
export interface EncodedRows {
  readonly rows: number;
  /** How many they are: of text as in the file, of Parquet before it is compressed. */
  readonly bytes: number;
  /** As `PartEncoder` has it. */
  readonly mismatches: readonly number[] | undefined;
  /** @throws CellTypeError as `PartEncoder.add` does */
  add(row: Row): void;
  /** Moves them to a part of the same columns, in their order. */
  appendTo(part: PartEncoder): void;
}

/** A source of empty `EncodedRows` of one output. @throws ColumnTypeError as `createPartEncoder` does */
export function encodedRows(options: FormatOptions, columns: readonly ViewColumn[]): () => EncodedRows {
  const layout = textLayout(options, columns);
  return layout === undefined ? cellRows(options, columns) : () => new TextRows(layout);
}

const FIRST_BYTES = 1024;
const MAX_BYTES_PER_CHARACTER = 3;

class TextRows implements EncodedRows {
  readonly #layout: TextLayout;
  readonly mismatches = undefined;
  rows = 0;
  bytes = 0;
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);

  constructor(layout: TextLayout) {
    this.#layout = layout;
  }

  add(row: Row): void {
    const text = this.#layout.separator + this.#layout.row(row);
    const needed = this.bytes + MAX_BYTES_PER_CHARACTER * text.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.bytes);
      this.#buffer = larger;
    }
    this.bytes += this.#buffer.write(text, this.bytes, 'utf8');
    this.rows += 1;
  }

  appendTo(part: PartEncoder): void {
    part.append(this.#buffer.subarray(0, this.bytes), this.rows);
  }
}

function cellRows({ onMismatch }: FormatOptions, columns: readonly ViewColumn[]): () => EncodedRows {
  /** Of the rows that are being encoded: one column serves all of them, one after the other. */
  let counts: number[] = [];
  const fileColumns = columns.map((column, at) => {
    const count = (): void => {
      counts[at] = (counts[at] ?? 0) + 1;
    };
    return fileColumn(column, onMismatch === undefined ? undefined : count);
  });
  return () => {
    const cells = new CellBytes();
    const mismatches = columns.map(() => 0);
    let rows = 0;
    return {
      get rows() {
        return rows;
      },
      get bytes() {
        return cells.length;
      },
      mismatches,
      add(row) {
        counts = mismatches;
        cells.beginRow();
        for (const [at, column] of fileColumns.entries()) column.append(cells, row[at] ?? null);
        cells.endRow();
        rows += 1;
      },
      appendTo(part) {
        part.append(cells.content, rows);
      },
    };
  };
}
