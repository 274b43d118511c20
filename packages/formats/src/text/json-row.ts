import { toJsonText } from '@millrace/viewdef';
import type { Cell, Row } from '@millrace/viewdef';

/** One JSON object per row with every column, null included, in the order of the columns. */
export function jsonRow(columnNames: readonly string[]): (row: Row) => string {
  const keys = columnNames.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let text = '';
    for (let column = 0; column < keys.length; column += 1) text += keys[column] + jsonCell(row[column]);
    return text + '}';
  };
}

/** A quote, a backslash, a control character or a surrogate: everything else stands for itself in JSON. */
const NEEDS_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function jsonCell(cell: Cell | undefined): string {
  if (typeof cell === 'string') return NEEDS_ESCAPE.test(cell) ? JSON.stringify(cell) : '"' + cell + '"';
  if (cell === null || cell === undefined) return 'null';
  return typeof cell === 'object' ? toJsonText(cell) : '' + cell;
}
