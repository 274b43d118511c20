import { CELL_FALSE, CELL_NUMBER, CELL_TRUE } from '@millrace/scan';
import { NumberText } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';
import type { RowGroup } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { KernelFaultError } from '../errors.js';
import type { FileColumn } from './file-column.js';
import { giveBackKernel, takeKernel } from './kernel.js';
import type { Kernel } from './kernel.js';
import { kernelColumn } from './kernel-column.js';
import * as format from './kernel-format.js';
import { layOut, usualRowBytes } from './kernel-layout.js';
import type { KernelLayout } from './kernel-layout.js';
import type { ChunkPages } from './page-index.js';
import { writeColumnChunk } from './write-column-chunk.js';

/** A row group is written when it reaches either; until then it is in memory. */
export interface RowGroupLimits {
  readonly rowGroupRows: number;
  /** Bytes that its rows take in memory: each distinct value once, and four bytes for each cell. */
  readonly rowGroupBytes: number;
}

/** A row group that has been written. */
export interface WrittenRowGroup {
  readonly rowGroup: RowGroup;
  readonly chunks: readonly ChunkPages[];
}

const MOST_BYTES = 16 << 20;
const MOST_ROWS = 0xffffffff;

/** The rows since the last row group, in a kernel that is as large as they need. */
export class OpenRowGroup {
  readonly #columns: readonly FileColumn[];
  readonly #rowGroupRows: number;
  readonly #rowGroupBytes: number;
  readonly #compression: 'zstd' | undefined;
  #open: { readonly kernel: Kernel; readonly layout: KernelLayout } | undefined;

  constructor(columns: readonly FileColumn[], limits: RowGroupLimits, compression?: 'zstd') {
    this.#columns = columns;
    this.#compression = compression;
    this.#rowGroupRows = Math.min(limits.rowGroupRows, MOST_ROWS);
    this.#rowGroupBytes = Math.min(limits.rowGroupBytes, MOST_BYTES);
  }

  get rows(): number {
    return this.#open?.kernel.rowCount() ?? 0;
  }

  /** Bytes of memory in use. */
  get bytes(): number {
    return this.#open?.kernel.usedBytes() ?? 0;
  }

  get isFull(): boolean {
    return this.#open?.kernel.isFull() === 1;
  }

  /**
   * Adds rows that are cells until it is full. Returns how many of the bytes were taken, which is 0 when it is to be
   * written before there is room for the first.
   *
   * @throws CellTypeError, KernelFaultError, after which it is not used any more; KernelMissingError; RowTooLargeError
   */
  add(cells: Uint8Array): number {
    const rowBytes = new DataView(cells.buffer, cells.byteOffset).getUint32(0, true);
    let open = this.#open ?? this.#begin(rowBytes);
    if (rowBytes > open.layout.inputBytes) {
      if (this.rows > 0) return 0;
      open = this.#begin(rowBytes);
    }
    const { kernel, layout } = open;
    const piece = cells.subarray(0, layout.inputBytes);
    kernel.bytes.set(piece, layout.input);
    return this.#guard(
      () => {
        kernel.add(layout.input, layout.input + piece.length);
        return kernel.added() - layout.input;
      },
      () => `adding ${piece.length} bytes of cells to a row group of ${this.#size(kernel)}`,
    );
  }

  /**
   * Appends the row group to the file and begins the next one.
   *
   * @throws KernelFaultError, after which it is not used any more
   */
  write(target: ByteWriter): WrittenRowGroup {
    if (this.#open === undefined || this.rows === 0)
      throw new TypeError('A row group without rows is not written');
    const { kernel } = this.#open;
    const start = target.offset;
    const chunks = this.#columns.map((column, number) =>
      this.#guard(
        () => writeColumnChunk(target, kernel, number, { ...column, compression: this.#compression }),
        () => `making the pages of column "${column.path[0] ?? ''}" of a row group of ${this.#size(kernel)}`,
      ),
    );
    const rowGroup: RowGroup = {
      columns: chunks.map(({ chunk }) => chunk),
      num_rows: BigInt(kernel.rowCount()),
      total_byte_size: BigInt(chunks.reduce((sum, { rawBytes }) => sum + rawBytes, 0)),
      total_compressed_size: BigInt(target.offset - start),
    };
    kernel.begin();
    return { rowGroup, chunks };
  }

  /** Gives its memory to others. */
  close(): void {
    if (this.#open !== undefined) giveBackKernel(this.#open.kernel);
    this.#open = undefined;
  }

  #size(kernel: Kernel): string {
    return `${kernel.rowCount()} rows and ${this.#columns.length} columns`;
  }

  /** A kernel in the midst of whose work something was thrown is left to the garbage collector, not given to others. */
  #guard<T>(work: () => T, inWords: () => string): T {
    try {
      return work();
    } catch (error) {
      this.#open = undefined;
      throw error instanceof WebAssembly.RuntimeError ? new KernelFaultError(inWords(), error) : error;
    }
  }

  #begin(rowBytes: number): { readonly kernel: Kernel; readonly layout: KernelLayout } {
    this.close();
    const longest = Math.max(usualRowBytes(this.#rowGroupBytes), 2 ** Math.ceil(Math.log2(rowBytes)));
    const plan = (heapBase: number): KernelLayout =>
      layOut(heapBase, this.#columns.length, this.#rowGroupBytes, longest);
    const kernel = takeKernel(plan(0).end);
    const layout = plan(kernel.heapBase());
    kernel.castCell = (...cell) => this.#castCell(kernel, ...cell);
    for (const [number, { element, isList, isLimited }] of this.#columns.entries()) {
      const { type, width, order } = kernelColumn(element, isLimited);
      const at = layout.columns + number * format.COLUMN_BYTES;
      kernel.view.setUint32(at + format.COLUMN_TYPE, type, true);
      kernel.view.setUint32(at + format.COLUMN_WIDTH, width, true);
      kernel.view.setUint32(at + format.COLUMN_ORDER, order, true);
      kernel.view.setUint32(at + format.COLUMN_LIST, isList ? 1 : 0, true);
    }
    const { columns, pool, poolEnd, cast, raw, levels, levelBytes, output } = layout;
    kernel.setUp({
      columns,
      pool,
      poolEnd,
      cast,
      raw,
      levels,
      levelBytes,
      output,
      columnCount: this.#columns.length,
      mostRows: this.#rowGroupRows,
      mostBytes: this.#rowGroupBytes,
      isPlain: this.#compression === undefined ? 0 : 1,
    });
    return (this.#open = { kernel, layout });
  }

  /** A cell that the kernel does not read itself becomes a value in the same way as for rows of cells. */
  #castCell(
    kernel: Kernel,
    number: number,
    kind: number,
    at: number,
    length: number,
    target: number,
  ): number {
    const column = this.#columns[number];
    if (column === undefined) throw new RangeError(`There is no column ${number}`);
    const bytes = column.storedBytes(cellOf(kind, textAt(kernel, at, length)));
    if (bytes === undefined) return format.CAST_NULL;
    kernel.bytes.set(bytes, target);
    return bytes.length;
  }
}

function textAt({ bytes }: Kernel, at: number, length: number): string {
  return Buffer.from(bytes.buffer, at, length).toString('utf8');
}

function cellOf(kind: number, text: string): Exclude<Cell, null> {
  switch (kind) {
    case CELL_TRUE:
      return true;
    case CELL_FALSE:
      return false;
    case CELL_NUMBER:
      return new NumberText(text);
    default:
      return text;
  }
}
