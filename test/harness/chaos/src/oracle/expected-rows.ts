import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseResource } from './json.js';
import { ORACLE_VIEWS } from './views.js';
import type { Cell, OracleRow, OracleView } from './views.js';

export type ExpectedFormat = 'ndjson' | 'csv';

/** The expected content of the files of each view: the lines of all parts in their order, without headers. */
export type ExpectedRows = ReadonlyMap<string, Readonly<Record<ExpectedFormat, readonly string[]>>>;

/** Evaluates every view over `{resource}.ndjson` of a folder, by plain `JSON.parse`. */
export async function expectedRows(folder: string): Promise<ExpectedRows> {
  const expected = new Map<string, Record<ExpectedFormat, readonly string[]>>();
  for (const view of ORACLE_VIEWS) {
    const rows = rowsOf(view, await readFile(join(folder, `${view.resource}.ndjson`), 'utf8'));
    expected.set(view.name, {
      ndjson: rows.map(jsonRecord),
      csv: rows.map(csvRecord),
    });
  }
  return expected;
}

function rowsOf(view: OracleView, file: string): OracleRow[] {
  return file
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => view.rows(parseResource(line)));
}

function jsonRecord(row: OracleRow): string {
  return `{${Object.entries(row)
    .map(([name, cell]) => `${JSON.stringify(name)}:${jsonValue(cell)}`)
    .join(',')}}`;
}

function jsonValue(cell: Cell): string {
  return typeof cell === 'object' && cell !== null ? cell.number : JSON.stringify(cell);
}

/** https://www.rfc-editor.org/rfc/rfc4180 */
function csvRecord(row: OracleRow): string {
  return Object.values(row).map(csvField).join(',');
}

function csvField(cell: Cell): string {
  if (cell === null) return '';
  const field = typeof cell === 'object' ? cell.number : String(cell);
  return /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
