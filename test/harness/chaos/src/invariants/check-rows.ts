import { createHash } from 'node:crypto';
import type { ExpectedRows } from '../oracle/expected-rows.js';
import { storedRows } from '../oracle/stored-rows.js';
import type { ExportSeen } from './round-seen.js';

/** Problems of an export that completed: rows that are not those of the oracle, in its order. */
export function checkRows(seen: ExportSeen, expected: ExpectedRows): string[] {
  if (seen.sightings.at(-1)?.state !== 'completed') return [];
  return seen.outputs.flatMap((name) => {
    const wanted = expected.get(name)?.[seen.format];
    if (wanted === undefined) return [`the oracle does not know output ${name}`];
    const files = seen.files.filter(({ output }) => output === name);
    if (files.length === 0) return [`output ${name} of export ${seen.id} has no file`];
    const rows = files.flatMap(({ text }) => storedRows(text, seen.format));
    if (digest(rows) === digest(wanted)) return [];
    return [`output ${name} of export ${seen.id}: ${difference(rows, wanted)}`];
  });
}

function digest(rows: readonly string[]): string {
  return createHash('sha256').update(rows.join('\n')).digest('hex');
}

function difference(rows: readonly string[], wanted: readonly string[]): string {
  const surplus = new Map<string, number>();
  for (const row of rows) surplus.set(row, (surplus.get(row) ?? 0) + 1);
  for (const row of wanted) surplus.set(row, (surplus.get(row) ?? 0) - 1);
  const known = new Set(wanted);
  let missing = 0;
  let doubled = 0;
  let foreign = 0;
  for (const [row, count] of surplus) {
    if (count < 0) missing -= count;
    else if (known.has(row)) doubled += count;
    else foreign += count;
  }
  const at = wanted.findIndex((row, index) => rows[index] !== row);
  const place = `first difference at row ${at === -1 ? wanted.length : at}`;
  const counts = `${missing} missing, ${doubled} doubled, ${foreign} foreign`;
  return `${rows.length} rows instead of ${wanted.length} (${counts}; ${place})`;
}
