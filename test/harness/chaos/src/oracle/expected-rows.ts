import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { object, parseResource } from './json.js';
import { ORACLE_QUERIES } from './queries.js';
import { ORACLE_VIEWS } from './views.js';
import type { Cell, OracleRow, OracleView } from './views.js';

export type ExpectedFormat = 'ndjson' | 'csv';

/** Exports of resources leave out what was changed then or later: many resources of the sample. */
export const RESOURCES_UNTIL = '2026-01-01T00:00:00Z';

/** The expected content of the files of each view and query, and of each resource type: the lines of all parts in their order, without headers. */
export type ExpectedRows = ReadonlyMap<string, Readonly<Record<ExpectedFormat, readonly string[]>>>;

/** Evaluates every view over `{resource}.ndjson` of a folder, by plain `JSON.parse`, and every query over these. */
export async function expectedRows(folder: string): Promise<ExpectedRows> {
  const expected = new Map<string, Record<ExpectedFormat, readonly string[]>>();
  const tables = new Map<string, readonly OracleRow[]>();
  for (const view of ORACLE_VIEWS)
    tables.set(view.name, rowsOf(view, await readFile(join(folder, `${view.resource}.ndjson`), 'utf8')));
  const outputs = [...tables, ...ORACLE_QUERIES.map(({ name, rows }) => [name, rows(tables)] as const)];
  for (const [name, rows] of outputs)
    expected.set(name, { ndjson: rows.map(jsonRecord), csv: rows.map(csvRecord) });
  for (const type of new Set(ORACLE_VIEWS.map(({ resource }) => resource))) {
    const lines = (await readFile(join(folder, `${type}.ndjson`), 'utf8')).split('\n').slice(0, -1);
    expected.set(type, { ndjson: lines.filter(isBeforeUntil), csv: [] });
  }
  return expected;
}

function isBeforeUntil(line: string): boolean {
  const { lastUpdated } = object(object(JSON.parse(line)).meta);
  return typeof lastUpdated !== 'string' || Date.parse(lastUpdated) < Date.parse(RESOURCES_UNTIL);
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
