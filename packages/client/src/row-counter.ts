const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** Counts the rows of a file while its bytes pass by. */
export interface RowCounter {
  add(chunk: Uint8Array): void;
  /** Rows so far. */
  rows(): number;
}

/**
 * A counter for formats whose rows are lines. Undefined for formats that would have to be parsed: there only
 * size and checksum are verified.
 */
export function rowCounter(format: string, header: boolean): RowCounter | undefined {
  if (format === 'ndjson') return lineCounter(false, 0);
  if (format === 'csv') return lineCounter(true, header ? 1 : 0);
  return undefined;
}

/** Bytes will do: in UTF-8 neither a line feed nor a quote is part of another character. */
function lineCounter(quoting: boolean, headerLines: number): RowCounter {
  let lines = 0;
  let inQuotes = false;
  return {
    add(chunk) {
      for (const byte of chunk) {
        // A doubled quote inside a quoted field closes and opens again.
        if (quoting && byte === QUOTE) inQuotes = !inQuotes;
        else if (byte === NEWLINE && !inQuotes) lines += 1;
      }
    },
    rows: () => Math.max(0, lines - headerLines),
  };
}
