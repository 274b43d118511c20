import { writeFile } from 'node:fs/promises';
import { createPartEncoder } from '@millrace/formats';
import type { FixtureColumn } from '@millrace/sqlquery/contract';
import type { ViewColumn } from '@millrace/viewdef';

/** Columns as our own encoder writes them. */
export async function writeFixture(path: string, columns: readonly FixtureColumn[]): Promise<void> {
  const declared = columns.map(({ name, type }): ViewColumn => ({
    name,
    fhirType: undefined,
    ansiType: type,
    collection: false,
  }));
  const part = createPartEncoder({ format: 'parquet', header: true }, declared);
  const rows = columns[0]?.values.length ?? 0;
  for (let row = 0; row < rows; row += 1) part.add(columns.map(({ values }) => values[row] ?? null));
  await writeFile(path, part.finish());
}
