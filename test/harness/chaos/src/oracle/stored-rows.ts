import type { ExpectedFormat } from './expected-rows.js';

/** The records of one file as text: lines, or CSV records without the header, which may span lines. */
export function storedRows(file: string, format: ExpectedFormat): string[] {
  const records = format === 'ndjson' ? file.split('\n') : csvRecords(file);
  const complete = records.at(-1) === '' ? records.slice(0, -1) : records;
  return format === 'csv' ? complete.slice(1) : complete;
}

/** A line end within quotes is part of its record. */
function csvRecords(file: string): string[] {
  const records: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < file.length; at += 1) {
    const character = file[at];
    if (character === '"') isQuoted = !isQuoted;
    if (character !== '\n' || isQuoted) continue;
    records.push(file.slice(start, at));
    start = at + 1;
  }
  records.push(file.slice(start));
  return records;
}
