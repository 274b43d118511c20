import { toJsonText } from '@millrace/viewdef';
import type { Cell, CompiledView } from '@millrace/viewdef';
import type { ScanFormat } from '@millrace/view-program';
import { equalCells } from './engines/equal-cells.js';
import { encodeRows } from './engines/line-outcome.js';
import type { LineOutcome } from './engines/line-outcome.js';
import type { ScannedLines } from './engines/scan-lines.js';

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

/** How the scan of lines differs by bytes from their rows. Lines that the scan leaves to others do not count. */
export function differenceByBytes(
  scanned: ScannedLines,
  outcomes: readonly LineOutcome[],
  view: CompiledView,
  format: ScanFormat,
): string | undefined {
  const rows: Rows[number][] = [];
  for (const [at, outcome] of outcomes.entries()) {
    if (scanned.left.has(at)) continue;
    if ('fault' in outcome) return `the scan took line ${at}, but ${shown(outcome)}`;
    rows.push(...outcome.rows);
  }
  const wanted = encodeRows(rows, view, format);
  if (scanned.left.has(-1)) return 'the scan left a line that does not begin where a line begins';
  if (scanned.rows !== rows.length) {
    return `the scan counted ${scanned.rows} rows, but there are ${rows.length}`;
  }
  if (scanned.bytes.equals(wanted)) return undefined;
  return `the scan wrote ${JSON.stringify(scanned.bytes.toString())}\n  but ${JSON.stringify(wanted.toString())} is due`;
}

function shown(outcome: LineOutcome): string {
  return 'fault' in outcome ? `the fault "${outcome.fault}"` : `the rows ${toJsonText(outcome.rows)}`;
}
