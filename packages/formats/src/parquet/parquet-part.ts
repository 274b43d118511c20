import type { Row, ViewColumn } from '@millrace/viewdef';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { PartEncoder } from '../part-encoder.js';
import { ColumnValues } from './column-values.js';
import { parquetSchema } from './parquet-schema.js';

/** A row group is written when it reaches either; until then its values are in memory. */
export interface RowGroupLimits {
  readonly rowGroupRows: number;
  /** Bytes of values in memory, roughly. */
  readonly rowGroupBytes: number;
}

const DEFAULT_LIMITS: RowGroupLimits = { rowGroupRows: 65_536, rowGroupBytes: 8 * 1024 * 1024 };

/** @throws ColumnTypeError when a column's `ansi/type` names no known type */
export function createParquetPart(columns: readonly ViewColumn[], limits = DEFAULT_LIMITS): PartEncoder {
  return new ParquetPart(columns, limits);
}

/** Before the first row group is written: what a byte in memory will probably take in the file. */
const FIRST_RATIO = 0.25;

class ParquetPart implements PartEncoder {
  readonly #limits: RowGroupLimits;
  readonly #columns: readonly ColumnValues[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #rows = 0;
  #groupRows = 0;
  #groupBytes = 0;
  #ratio = FIRST_RATIO;

  constructor(columns: readonly ViewColumn[], limits: RowGroupLimits) {
    this.#limits = limits;
    this.#columns = columns.map((column) => new ColumnValues(column));
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: parquetSchema(columns),
      createdBy: 'millrace',
    });
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes.offset + Math.round(this.#groupBytes * this.#ratio);
  }

  add(row: Row): void {
    const columns = this.#columns;
    for (const [index, column] of columns.entries()) this.#groupBytes += column.add(row[index] ?? null);
    this.#rows += 1;
    this.#groupRows += 1;
    const { rowGroupRows, rowGroupBytes } = this.#limits;
    if (this.#groupRows >= rowGroupRows || this.#groupBytes >= rowGroupBytes) this.#writeRowGroup();
  }

  take(atLeast = 1): Uint8Array | undefined {
    return this.#bytes.index === 0 || this.#bytes.index < atLeast ? undefined : this.#handOver();
  }

  finish(): Uint8Array {
    if (this.#groupRows > 0) this.#writeRowGroup();
    // Nothing is awaited: the writer is synchronous unless its byte sink has an asynchronous `flush`.
    void this.#writer.finish();
    return this.#handOver();
  }

  #writeRowGroup(): void {
    const before = this.#bytes.offset;
    void this.#writer.write({
      columnData: this.#columns.map((column) => ({ name: column.name, data: column.takeValues() })),
      rowGroupSize: this.#groupRows,
    });
    this.#ratio = (this.#bytes.offset - before) / this.#groupBytes;
    this.#groupRows = 0;
    this.#groupBytes = 0;
  }

  /** The bytes stay where they are until the next row group is written over them. */
  #handOver(): Uint8Array {
    const bytes = this.#bytes.getBytes();
    this.#bytes.index = 0;
    return bytes;
  }
}
