import { createPartEncoder } from '@millrace/formats';
import type { TerminologyRelation } from '@millrace/sqlquery';
import { ownRound } from '@millrace/threads';

/** Rows that are encoded in one round of the event loop. */
const PER_ROUND = 2000;

/** The rows of a relation as one Parquet file. The same rows give the same bytes. */
export async function encodeRelation({
  columns,
  rows,
}: Pick<TerminologyRelation, 'columns' | 'rows'>): Promise<Uint8Array> {
  const part = createPartEncoder(
    { format: 'parquet', header: false },
    columns.map(({ name, type }) => ({
      name,
      fhirType: type === 'BOOLEAN' ? 'boolean' : 'string',
      collection: false,
      ansiType: undefined,
    })),
  );
  try {
    for (const [index, row] of rows.entries()) {
      part.add(row);
      if (index % PER_ROUND === PER_ROUND - 1) await ownRound();
    }
    return Uint8Array.from(part.finish());
  } finally {
    part.release();
  }
}
