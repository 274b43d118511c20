import { KEY_COLUMNS, TERMINOLOGY_COLUMNS } from './relation.js';
import type { TerminologyKind, TerminologyRow } from './relation.js';

/** The rows of one relation while they are gathered. */
export interface DistinctRows {
  readonly rows: readonly TerminologyRow[];
  /** Of all texts in them. */
  readonly characters: number;
  /** Keeps the first row of each key. @returns false where it is one row more than there may be, which is not kept */
  add(row: TerminologyRow): boolean;
}

/** @param mostRows that the relation may have */
export function createDistinctRows(kind: TerminologyKind, mostRows: number): DistinctRows {
  const keys = TERMINOLOGY_COLUMNS[kind].flatMap(({ name }, at) =>
    KEY_COLUMNS[kind].includes(name) ? [at] : [],
  );
  const seen = new Set<string>();
  const rows: TerminologyRow[] = [];
  let characters = 0;
  return {
    rows,
    get characters() {
      return characters;
    },
    add(row) {
      const key = JSON.stringify(keys.map((at) => row[at]));
      if (seen.has(key)) return true;
      if (rows.length >= mostRows) return false;
      seen.add(key);
      rows.push(row);
      for (const cell of row) characters += typeof cell === 'string' ? cell.length : 0;
      return true;
    },
  };
}
