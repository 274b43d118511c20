import type { Row } from '@millrace/viewdef';

export type Format = 'ndjson' | 'csv' | 'json' | 'parquet';

/** The formats that are UTF-8 text. */
export type TextFormat = Exclude<Format, 'parquet'>;

/** What a client may choose of a format. */
export interface FormatOptions {
  readonly format: Format;
  /** CSV only: first line with the column names. */
  readonly header: boolean;
}

/**
 * Rows of one part to the bytes of one complete file. The same columns give the same schema in every part.
 *
 * Use: `add` rows, `take` bytes whenever there are enough, `finish` once.
 */
export interface PartEncoder {
  /** Rows added so far. */
  readonly rows: number;
  /** Bytes of the part so far, taken or not. For Parquet an estimate of what is buffered is included. */
  readonly bytes: number;
  /**
   * @throws CellTypeError when a value does not fit its column; it never becomes null, and the encoder is not used
   *   afterwards.
   */
  add(row: Row): void;
  /** Bytes that are ready once at least `atLeast` of them are; undefined otherwise. The caller owns the chunk until its next call. */
  take(atLeast?: number): Uint8Array | undefined;
  /** The rest of the file: footer, closing bracket. The encoder is not used afterwards. */
  finish(): Uint8Array;
}

/** A part of a text format, which also takes rows that are bytes already. */
export interface TextPartEncoder extends PartEncoder {
  /** Adds rows as the format writes them, each with what separates it from the row before it in front. */
  append(encoded: Uint8Array, rows: number): void;
}
