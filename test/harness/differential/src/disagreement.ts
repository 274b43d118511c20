import { toJsonText } from '@millrace/viewdef';
import type { Cell, ViewColumn } from '@millrace/viewdef';
import type { ScanFormat } from '@millrace/scan';
import { equalCells } from './engines/equal-cells.js';
import { encodeRows } from './engines/line-outcome.js';
import type { LineOutcome } from './engines/line-outcome.js';
import { parquetFile } from './engines/parquet-file.js';
import type { ScannedLines } from './engines/scan-lines.js';

/** The type of columns that take any value. */
const TEXT = 'CHARACTER VARYING';

type Rows = readonly (readonly Cell[])[];

/** How two outcomes of the same line differ by value; undefined when they do not. Faults need not be worded alike. */
export function differenceByValue(left: LineOutcome, right: LineOutcome): string | undefined {
  if ('fault' in left && 'fault' in right) return undefined;
  if ('fault' in left || 'fault' in right) return `${shown(left)}\n  but ${shown(right)}`;
  const isSame =
    left.rows.length === right.rows.length &&
    left.rows.every((row, at) => row.every((cell, column) => equalCells(cell, right.rows[at]?.[column])));
  return isSame ? undefined : `${shown(left)}\n  but ${shown(right)}`;
}

/**
 * How the scan of lines differs by bytes from the rows of a view, or from the fault that a line has instead.
 * Lines that the scan leaves to others do not count.
 *
 * @param view position of the view in the pass
 */
export function differenceByBytes(
  scanned: ScannedLines,
  view: number,
  outcomes: readonly LineOutcome[],
  columns: readonly ViewColumn[],
  format: ScanFormat,
): string | undefined {
  const rows: Rows[number][] = [];
  for (const [at, outcome] of outcomes.entries()) {
    if (scanned.left.has(at)) continue;
    if ('fault' in outcome) return `the scan took line ${at}, but ${shown(outcome)}`;
    rows.push(...outcome.rows);
  }
  const found = scanned.views[view];
  if (found === undefined) return `the scan has no view ${view}`;
  if (scanned.left.has(-1)) return 'the scan left a line that does not begin where a line begins';
  if (found.rows !== rows.length) {
    return `the scan counted ${found.rows} rows of view ${view}, but there are ${rows.length}`;
  }
  if (format === 'parquet') return differenceOfFiles(found, rows, columns);
  const wanted = encodeRows(rows, columns, format);
  if (found.bytes.equals(wanted)) return undefined;
  return `the scan wrote ${JSON.stringify(found.bytes.toString())}\n  but ${JSON.stringify(wanted.toString())} is due for view ${view}`;
}

/** A value that does not fit its column must be refused with the same words, and fit columns of text. */
function differenceOfFiles(
  { bytes, rows: count }: ScannedLines['views'][number],
  rows: readonly Rows[number][],
  columns: readonly ViewColumn[],
): string | undefined {
  const written = parquetFile(columns, (part) => {
    if (count > 0) part.append(bytes, count);
  });
  const wanted = parquetFile(columns, (part) => {
    for (const row of rows) part.add(row);
  });
  const isSame = typeof written === 'string' ? written === wanted : written.compare(bufferOf(wanted)) === 0;
  if (isSame && typeof written === 'string' && columns.some(({ ansiType }) => ansiType !== TEXT)) {
    const ofText = columns.map((column) => ({ ...column, ansiType: TEXT }));
    return differenceOfFiles({ bytes, rows: count }, rows, ofText);
  }
  if (isSame) return undefined;
  return `the cells ${bytes.toString('hex')} make ${named(written)}\n  but ${toJsonText(rows)} makes ${named(wanted)}`;
}

function bufferOf(file: Buffer | string): Buffer {
  return typeof file === 'string' ? Buffer.alloc(0) : file;
}

function named(file: Buffer | string): string {
  return typeof file === 'string' ? `the fault "${file}"` : `a file of ${file.length} bytes`;
}

function shown(outcome: LineOutcome): string {
  return 'fault' in outcome ? `the fault "${outcome.fault}"` : `the rows ${toJsonText(outcome.rows)}`;
}
