import type { RowFormat } from './part-encoder.js';

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/**
 * The bytes of the first rows of those that the scan has encoded, as `PartEncoder.append` takes them.
 *
 * @param count fewer than there are
 */
export function firstRows(format: RowFormat, encoded: Uint8Array, count: number): Uint8Array {
  switch (format) {
    case 'csv':
      return encoded.subarray(0, endOfRecords(encoded, count));
    case 'ndjson':
      return encoded.subarray(0, afterNewlines(encoded, count));
    case 'json':
    case 'fhir':
      // A row is one line, and `,\n` is in front of each.
      return encoded.subarray(0, afterNewlines(encoded, count + 1) - 2);
    case 'parquet':
      return encoded.subarray(0, endOfCells(encoded, count));
    default:
      return format satisfies never;
  }
}

function afterNewlines(bytes: Uint8Array, count: number): number {
  let at = 0;
  for (let found = 0; found < count; found += 1) at = bytes.indexOf(NEWLINE, at) + 1;
  return at;
}

/** A newline within quotes ends no record; a quote that stands for itself is written twice. */
function endOfRecords(bytes: Uint8Array, count: number): number {
  let isQuoted = false;
  let found = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    else if (bytes[at] === NEWLINE && !isQuoted) found += 1;
    if (found === count) return at + 1;
  }
  return bytes.length;
}

/** Each row of cells begins with its length. */
function endOfCells(bytes: Uint8Array, count: number): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let found = 0; found < count; found += 1) at += words.getUint32(at, true);
  return at;
}
