import { kindOfValue } from '@millrace/viewdef';
import type { Cell } from '@millrace/viewdef';

/**
 * A value cannot be written as the type of its column. The export fails with it: it never becomes null. The
 * message names the kind of value and never shows it, because it may be about a person.
 */
export class CellTypeError extends Error {
  override readonly name = 'CellTypeError';
  readonly column: string;
  /** SQL type of the column and the values that it takes, in words. */
  readonly expected: string;

  constructor(column: string, value: Cell, expected: string) {
    super(`Column "${column}" got ${kindOfValue(value)} that does not fit, expected ${expected}`);
    this.column = column;
    this.expected = expected;
  }
}

/** The `ansi/type` tag of a column names no type that can be written. */
export class ColumnTypeError extends Error {
  override readonly name = 'ColumnTypeError';
  readonly column: string;
  readonly ansiType: string;

  constructor(column: string, ansiType: string) {
    super(
      `Column "${column}" has the tag ansi/type "${ansiType}", expected an ANSI SQL type such as INTEGER, BIGINT, ` +
        'DECIMAL(10,2), DOUBLE PRECISION, BOOLEAN, CHARACTER VARYING, DATE, TIMESTAMP WITH TIME ZONE or BINARY',
    );
    this.column = column;
    this.ansiType = ansiType;
  }
}

/** A column has lists, and the format has one value for a row of it. */
export class ColumnListError extends Error {
  override readonly name = 'ColumnListError';
  readonly column: string;

  constructor(column: string) {
    super(
      `Column "${column}" has lists of values, and a row in the format fhir has one value for each column; ` +
        'the formats ndjson, json, csv and parquet take lists',
    );
    this.column = column;
  }
}

/** Parquet is to be written before `npm run build` has made the kernel that writes it. */
export class KernelMissingError extends Error {
  override readonly name = 'KernelMissingError';

  constructor() {
    super('The kernel that writes Parquet is missing: run `npm run build`');
  }
}

/** A row of a Parquet file would take more memory than there can be. */
export class RowTooLargeError extends Error {
  override readonly name = 'RowTooLargeError';
  readonly bytes: number;
  readonly mostBytes: number;

  constructor(bytes: number, mostBytes: number) {
    super(`A row would take ${bytes} bytes of memory, expected ${mostBytes} at most`);
    this.bytes = bytes;
    this.mostBytes = mostBytes;
  }
}

/** The kernel that writes Parquet trapped, which is a fault of its own: the same rows make it trap again. */
export class KernelFaultError extends Error {
  override readonly name = 'KernelFaultError';
  /** The work of the kernel, as the end of a clause with "while". */
  readonly work: string;

  constructor(work: string, trap: Error) {
    super(`The kernel that writes Parquet failed while ${work} (${trap.message}), expected it to finish`, {
      cause: trap,
    });
    this.work = work;
  }
}
