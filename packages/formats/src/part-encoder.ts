import type { Row } from '@millrace/viewdef';
import type { RowOrigin } from './row-origin.js';

/** Formats of files. */
export type Format = 'ndjson' | 'csv' | 'json' | 'parquet';

/** A format for rows. `fhir` is a Parameters resource with a `row` for each row. */
export type RowFormat = Format | 'fhir';

/** Options of a format that a client may choose. */
export interface FormatOptions {
  readonly format: RowFormat;
  /** CSV only: first line with the column names. */
  readonly header: boolean;
  /**
   * CSV only: a text that a spreadsheet would take for a formula begins with an apostrophe. Absent: texts are as they are.
   */
  readonly formulas?: 'text' | undefined;
  /** Parquet only: zstd in place of Snappy. `readyFormat` loads it. */
  readonly compression?: 'zstd' | undefined;
  /** Parquet only: values that do not fit their column become null. Absent: they are errors. */
  readonly onMismatch?: 'null' | undefined;
  /** Parquet only: the place of a column that the table has and the file does not. Absent: it has all. */
  readonly leftOut?: number | undefined;
  /** Parquet only: from what its rows are made, for its footer. */
  readonly origin?: RowOrigin | undefined;
}

/**
 * Rows of one part to the bytes of one complete file. The same columns give the same schema in every part.
 *
 * Use: `add` rows, `take` bytes whenever there are enough, `finish` once.
 */
export interface PartEncoder {
  /** Rows added so far. */
  readonly rows: number;
  /** Bytes of the part so far, taken or not. For Parquet it includes an estimate of the buffered rows. */
  readonly bytes: number;
  /** Values that became null because they did not fit, by the place of their column. Absent where columns have no types. */
  readonly mismatches?: readonly number[];
  /**
   * @throws CellTypeError when a value does not fit its column, unless it is to become null; the encoder is not used
   *   afterwards.
   */
  add(row: Row): void;
  /**
   * Adds rows that the scan has encoded: text in the format, with the separator in front of each row; for
   * Parquet cells.
   *
   * @throws CellTypeError as `add` does
   */
  append(encoded: Uint8Array, rows: number): void;
  /** Bytes that are ready once at least `atLeast` of them are; undefined otherwise. The caller owns the chunk until its next call. */
  take(atLeast?: number): Uint8Array | undefined;
  /** The rest of the file: footer, closing bracket. The encoder is not used afterwards. */
  finish(): Uint8Array;
  /** Returns its buffers to the pool. Optional. Call it once no chunk that it gave is in use; the encoder ends with it. */
  release(): void;
}
