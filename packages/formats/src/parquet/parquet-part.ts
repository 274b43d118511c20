import type { Row, ViewColumn } from '@millrace/viewdef';
import type { KeyValue, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { FormatOptions, PartEncoder } from '../part-encoder.js';
import { footerValues } from '../row-origin.js';
import type { RowOrigin } from '../row-origin.js';
import { CellBytes } from './cell-bytes.js';
import { fileColumn } from './file-column.js';
import type { FileColumn } from './file-column.js';
import { OpenRowGroup } from './open-row-group.js';
import type { RowGroupLimits } from './open-row-group.js';
import { writePageIndexes } from './page-index.js';
import type { ChunkPages } from './page-index.js';
import { parquetSchema } from './parquet-schema.js';

const DEFAULT_LIMITS: RowGroupLimits = { rowGroupRows: 131_072, rowGroupBytes: 16 * 1024 * 1024 };

/** `PAR1`, at both ends of a file. */
const MAGIC = 0x31524150;
/** Bytes in the file for each byte in memory: the estimate before the first row group is written. */
const FIRST_RATIO = 0.25;
/** Most bytes by which a row group may exceed the one before it in the file. */
const HEADROOM = 1.25;
/** Rows are handed to the kernel in pieces of about this many bytes. */
const PIECE_BYTES = 64 * 1024;

/**
 * A Parquet file, one row group after the other. All rows become cells and go to the kernel, which makes the pages;
 * the structures around them are those of hyparquet-writer.
 */
export class ParquetPart implements PartEncoder {
  readonly #schema: SchemaElement[];
  readonly #columns: readonly FileColumn[];
  readonly #open: OpenRowGroup;
  readonly #keyValues: KeyValue[];
  readonly #rowGroupRows: number;
  readonly #cells = new CellBytes();
  readonly #file = new ByteWriter();
  readonly #rowGroups: RowGroup[] = [];
  readonly #chunks: ChunkPages[] = [];
  readonly #mismatches: number[];
  #rows = 0;
  #pendingRows = 0;
  #ratio = FIRST_RATIO;

  /** @throws ColumnTypeError when a column's `ansi/type` names no known type */
  constructor(
    columns: readonly ViewColumn[],
    {
      limits = DEFAULT_LIMITS,
      compression,
      origin,
      onMismatch,
      leftOut,
    }: Pick<FormatOptions, 'compression' | 'origin' | 'onMismatch' | 'leftOut'> & {
      readonly limits?: RowGroupLimits | undefined;
    } = {},
  ) {
    this.#schema = parquetSchema(columns, leftOut);
    const mismatches = columns.map(() => 0);
    this.#mismatches = mismatches;
    this.#columns = columns.map((column, at) =>
      fileColumn(
        column,
        onMismatch === undefined ? undefined : () => (mismatches[at] = (mismatches[at] ?? 0) + 1),
      ),
    );
    this.#rowGroupRows = limits.rowGroupRows;
    this.#open = new OpenRowGroup(this.#columns, limits, compression);
    this.#keyValues = keyValuesOf(origin);
    this.#file.appendUint32(MAGIC);
  }

  get rows(): number {
    return this.#rows;
  }

  get mismatches(): readonly number[] {
    return this.#mismatches;
  }

  get bytes(): number {
    return this.#file.offset + Math.round((this.#open.bytes + this.#cells.length) * this.#ratio);
  }

  add(row: Row): void {
    const cells = this.#cells;
    const columns = this.#columns;
    cells.beginRow();
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index] as FileColumn; // index is below the length
      column.append(cells, row[index] ?? null);
    }
    cells.endRow();
    this.#rows += 1;
    this.#pendingRows += 1;
    const endsGroup = this.#open.rows + this.#pendingRows >= this.#rowGroupRows;
    if (endsGroup || cells.length >= PIECE_BYTES) this.#addPending();
  }

  append(encoded: Uint8Array, rows: number): void {
    this.#addPending();
    this.#addCells(encoded);
    this.#rows += rows;
  }

  take(atLeast = 1): Uint8Array | undefined {
    return this.#file.index === 0 || this.#file.index < atLeast ? undefined : this.#handOver();
  }

  finish(): Uint8Array {
    this.#addPending();
    if (this.#open.rows > 0) this.#writeRowGroup();
    this.#open.close();
    writePageIndexes(this.#file, this.#chunks);
    writeMetadata(this.#file, {
      version: 2,
      schema: this.#schema,
      num_rows: BigInt(this.#rows),
      row_groups: this.#rowGroups,
      ...(this.#keyValues.length === 0 ? {} : { key_value_metadata: this.#keyValues }),
      created_by: 'millrace',
      metadata_length: 0, // not written: the length follows the metadata
    });
    this.#file.appendUint32(MAGIC);
    return this.#handOver();
  }

  release(): void {
    this.#open.close();
  }

  #addPending(): void {
    if (this.#cells.length === 0) return;
    this.#addCells(this.#cells.content);
    this.#cells.clear();
    this.#pendingRows = 0;
  }

  #addCells(cells: Uint8Array): void {
    for (let at = 0; at < cells.length;) {
      const taken = this.#open.add(cells.subarray(at));
      at += taken;
      if (taken === 0 || this.#open.isFull) this.#writeRowGroup();
    }
  }

  #writeRowGroup(): void {
    const start = this.#file.offset;
    const used = this.#open.bytes;
    // Growing by and by would leave as much behind for the garbage collector.
    this.#file.ensure(Math.ceil(used * this.#ratio * HEADROOM));
    const { rowGroup, chunks } = this.#open.write(this.#file);
    this.#rowGroups.push(rowGroup);
    for (const chunk of chunks) this.#chunks.push(chunk);
    this.#ratio = (this.#file.offset - start) / used;
  }

  /** The bytes stay where they are until the next row group is written over them. */
  #handOver(): Uint8Array {
    const bytes = this.#file.getBytes();
    this.#file.index = 0;
    return bytes;
  }
}

function keyValuesOf(origin: RowOrigin | undefined): KeyValue[] {
  return Object.entries(origin === undefined ? {} : footerValues(origin)).map(([key, value]) => ({
    key,
    value,
  }));
}
