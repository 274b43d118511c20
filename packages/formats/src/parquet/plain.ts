import type { SchemaElement } from 'hyparquet';
import { unconvertDecimal } from 'hyparquet-writer/src/unconvert.js';
import type { Physical } from './cast.js';
import type { ValueBytes } from './value-bytes.js';

/** Appends one value in Parquet's PLAIN encoding. */
export type AppendPlain = (target: ValueBytes, value: Physical) => void;

/**
 * How values of a column are appended. What `castTo` gives for the SQL type has the JavaScript type that is assumed
 * here for the physical type.
 *
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#plain-plain--0
 */
export function appendPlain(element: SchemaElement): AppendPlain {
  switch (element.type) {
    case 'BYTE_ARRAY':
      return element.converted_type === 'UTF8'
        ? (target, value) => target.appendText(value as string)
        : (target, value) => target.appendByteArray(value as Uint8Array);
    case 'FIXED_LEN_BYTE_ARRAY':
      return (target, value) => target.appendBytes(unconvertDecimal(element, value as bigint) as Uint8Array);
    case 'INT32':
      return (target, value) => target.appendInt32(Number(value));
    case 'INT64':
      return (target, value) => target.appendInt64(value as bigint);
    case 'FLOAT':
      return (target, value) => target.appendFloat(value as number);
    case 'DOUBLE':
      return (target, value) => target.appendDouble(value as number);
    case 'BOOLEAN':
    case 'INT96':
    case undefined:
      throw new TypeError(`No PLAIN encoding here for ${element.type ?? 'a group'}`);
    default:
      return element.type satisfies never;
  }
}
