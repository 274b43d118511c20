import { jsonRow } from './json-row.js';
import type { TextLayout } from './text-part.js';

/** One JSON array of objects, a row a line. */
export function jsonArrayLayout(columnNames: readonly string[]): TextLayout {
  return { head: '[', row: jsonRow(columnNames), separator: ',\n', tail: ']' };
}
