import { CELL_FALSE, CELL_STORED, CELL_TRUE } from '@millrace/scan';
import type { SchemaElement } from 'hyparquet';
import { unconvertDecimal } from 'hyparquet-writer/src/unconvert.js';
import type { Physical } from './cast.js';
import type { CellBytes } from './cell-bytes.js';

/** Appends a cell with one value as Parquet's PLAIN encoding has it, of texts without their length. */
export type AppendStored = (target: CellBytes, value: Physical) => void;

/**
 * How values of a column are appended. The values come from `castTo` for the SQL type, and have the
 * JavaScript type that is assumed here for the physical type.
 *
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#plain-plain--0
 */
export function appendStored(element: SchemaElement): AppendStored {
  switch (element.type) {
    case 'BOOLEAN':
      return (target, value) => target.appendHead(value === true ? CELL_TRUE : CELL_FALSE, 0);
    case 'BYTE_ARRAY':
      return element.converted_type === 'UTF8'
        ? (target, value) => target.appendText(CELL_STORED, value as string)
        : (target, value) => target.appendBytes(CELL_STORED, value as Uint8Array);
    case 'FIXED_LEN_BYTE_ARRAY':
      return (target, value) =>
        target.appendBytes(CELL_STORED, unconvertDecimal(element, value as bigint) as Uint8Array);
    case 'INT32':
      return (target, value) => target.appendInt32(CELL_STORED, Number(value));
    case 'INT64':
      return (target, value) => target.appendInt64(CELL_STORED, value as bigint);
    case 'FLOAT':
      return (target, value) => target.appendFloat(CELL_STORED, value as number);
    case 'DOUBLE':
      return (target, value) => target.appendDouble(CELL_STORED, value as number);
    case 'INT96':
    case undefined:
      throw new TypeError(`No PLAIN encoding here for ${element.type ?? 'a group'}`);
    default:
      return element.type satisfies never;
  }
}
