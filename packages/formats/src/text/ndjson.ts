import { jsonRow } from './json-row.js';
import type { TextLayout } from './text-part.js';

/** One JSON object a line. */
export function ndjsonLayout(columnNames: readonly string[]): TextLayout {
  const row = jsonRow(columnNames);
  return { head: '', row: (cells) => row(cells) + '\n', separator: '', tail: '' };
}
