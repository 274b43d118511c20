import { NumberText, toJsonText } from '@millrace/viewdef';
import type { Cell, Row } from '@millrace/viewdef';
import type { FormatOptions } from '../part-encoder.js';
import type { TextLayout } from './text-part.js';

/**
 * CSV by RFC 4180 with `\n` line ends: null is an empty field, arrays and objects are JSON text.
 *
 * https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvLayout(
  columnNames: readonly string[],
  header: boolean,
  formulas?: FormatOptions['formulas'],
): TextLayout {
  const field = formulas === 'text' ? harmlessField : csvField;
  const head = header ? `${columnNames.map(field).join(',')}\n` : '';
  return {
    head,
    row: columnNames.length === 1 ? onlyField(field) : rowOf(columnNames.length, field),
    separator: '',
    tail: '',
  };
}

const NEEDS_QUOTES = /[",\n\r]/;

type Field = (cell: Cell | undefined) => string;

function rowOf(width: number, field: Field): (row: Row) => string {
  return (row) => {
    let line = field(row[0]);
    for (let column = 1; column < width; column += 1) line += ',' + field(row[column]);
    return line + '\n';
  };
}

/** An empty line would be skipped by many readers, so that an empty only field is quoted. */
function onlyField(field: Field): (row: Row) => string {
  return (row) => `${field(row[0]) || '""'}\n`;
}

/** https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** Numbers are as they are: a spreadsheet takes them for numbers. */
function harmlessField(cell: Cell | undefined): string {
  return csvField(typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell);
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
