import type { Row, ViewColumn } from '@millrace/viewdef';
import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { PartEncoder } from '../part-encoder.js';
import { ColumnWriter } from './column-writer.js';
import { parquetSchema } from './parquet-schema.js';

/** A row group is written when it reaches either; until then it is in memory, mostly compressed. */
export interface RowGroupLimits {
  readonly rowGroupRows: number;
  /** Bytes of values before compression. */
  readonly rowGroupBytes: number;
}

const DEFAULT_LIMITS: RowGroupLimits = { rowGroupRows: 131_072, rowGroupBytes: 16 * 1024 * 1024 };

/** `PAR1`, at both ends of a file. */
const MAGIC = 0x31524150;
/** Before the first row group is written: what a byte will probably take in the file. */
const FIRST_RATIO = 0.5;

/**
 * A Parquet file, one row group after the other. Pages and values are encoded here, straight from the cells into
 * bytes; the structures around them are those of hyparquet-writer.
 */
export class ParquetPart implements PartEncoder {
  readonly #limits: RowGroupLimits;
  readonly #schema: SchemaElement[];
  readonly #columns: readonly ColumnWriter[];
  readonly #file = new ByteWriter();
  readonly #rowGroups: RowGroup[] = [];
  #rows = 0;
  #groupRows = 0;
  #groupBytes = 0;
  #ratio = FIRST_RATIO;

  /** @throws ColumnTypeError when a column's `ansi/type` names no known type */
  constructor(columns: readonly ViewColumn[], limits = DEFAULT_LIMITS) {
    this.#limits = limits;
    this.#schema = parquetSchema(columns);
    this.#columns = columns.map((column) => new ColumnWriter(column));
    this.#file.appendUint32(MAGIC);
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#file.offset + Math.round(this.#groupBytes * this.#ratio);
  }

  add(row: Row): void {
    const columns = this.#columns;
    let groupBytes = 0;
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index] as ColumnWriter; // index is below the length
      column.add(row[index] ?? null);
      groupBytes += column.bufferedBytes;
    }
    this.#groupBytes = groupBytes;
    this.#rows += 1;
    this.#groupRows += 1;
    const { rowGroupRows, rowGroupBytes } = this.#limits;
    if (this.#groupRows >= rowGroupRows || groupBytes >= rowGroupBytes) this.#writeRowGroup();
  }

  take(atLeast = 1): Uint8Array | undefined {
    return this.#file.index === 0 || this.#file.index < atLeast ? undefined : this.#handOver();
  }

  finish(): Uint8Array {
    if (this.#groupRows > 0) this.#writeRowGroup();
    writeMetadata(this.#file, {
      version: 2,
      schema: this.#schema,
      num_rows: BigInt(this.#rows),
      row_groups: this.#rowGroups,
      created_by: 'millrace',
      metadata_length: 0, // not written: the length follows the metadata
    });
    this.#file.appendUint32(MAGIC);
    return this.#handOver();
  }

  #writeRowGroup(): void {
    const start = this.#file.offset;
    const columns = this.#columns.map((column) => column.finish(this.#file));
    const written = this.#file.offset - start;
    this.#rowGroups.push({
      columns,
      num_rows: BigInt(this.#groupRows),
      total_byte_size: columns.reduce(
        (sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n),
        0n,
      ),
      total_compressed_size: BigInt(written),
    });
    if (this.#groupBytes > 0) this.#ratio = written / this.#groupBytes;
    this.#groupRows = 0;
    this.#groupBytes = 0;
  }

  /** The bytes stay where they are until the next row group is written over them. */
  #handOver(): Uint8Array {
    const bytes = this.#file.getBytes();
    this.#file.index = 0;
    return bytes;
  }
}
