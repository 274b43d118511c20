import { NumberText, toJsonText } from '@millrace/viewdef';
import type { Cell, Row } from '@millrace/viewdef';
import type { TextLayout } from './text-part.js';

/**
 * CSV by RFC 4180 with `\n` line ends: null is an empty field, arrays and objects are JSON text.
 *
 * https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvLayout(columnNames: readonly string[], header: boolean): TextLayout {
  const head = header ? `${columnNames.map(csvField).join(',')}\n` : '';
  return {
    head,
    row: columnNames.length === 1 ? onlyField : rowOf(columnNames.length),
    separator: '',
    tail: '',
  };
}

const NEEDS_QUOTES = /[",\n\r]/;

function rowOf(width: number): (row: Row) => string {
  return (row) => {
    let line = csvField(row[0]);
    for (let column = 1; column < width; column += 1) line += ',' + csvField(row[column]);
    return line + '\n';
  };
}

/** An empty line would be skipped by many readers, so that an empty only field is quoted. */
function onlyField(row: Row): string {
  return `${csvField(row[0]) || '""'}\n`;
}

function csvField(cell: Cell | undefined): string {
  if (typeof cell === 'string') return NEEDS_QUOTES.test(cell) ? quoted(cell) : cell;
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return '' + cell;
  if (cell instanceof NumberText) return cell.text;
  const text = toJsonText(cell);
  return NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
