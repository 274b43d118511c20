import type { Row, ViewColumn } from '@millrace/viewdef';
import { createPartEncoder } from '../create-part-encoder.js';
import type { RowGroupLimits } from '../parquet/open-row-group.js';
import type { FormatOptions } from '../part-encoder.js';

export function column(name: string, given: Partial<ViewColumn> = {}): ViewColumn {
  return { name, fhirType: undefined, collection: false, ansiType: undefined, ...given };
}

export function columnsNamed(...names: string[]): ViewColumn[] {
  return names.map((name) => column(name));
}

/** A whole part, taken in pieces of at least `takeBytes`. */
export function encode(
  options: Partial<FormatOptions> & Pick<FormatOptions, 'format'>,
  columns: readonly ViewColumn[],
  rows: Iterable<Row>,
  { takeBytes = 1, limits }: { takeBytes?: number; limits?: RowGroupLimits } = {},
): Buffer {
  const part = createPartEncoder({ header: true, ...options }, columns, limits);
  const pieces: Buffer[] = [];
  for (const row of rows) {
    part.add(row);
    const ready = part.take(takeBytes);
    if (ready) pieces.push(Buffer.from(ready));
  }
  pieces.push(Buffer.from(part.finish()));
  return Buffer.concat(pieces);
}
