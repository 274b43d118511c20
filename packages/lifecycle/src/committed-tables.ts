import { committedTablesKey, committedTablesSchema } from '@millrace/export';
import type { ExportRequest, ManifestTable } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';

/** Keeps the versions of tables that have the outputs of an export, for the process that writes its manifest. */
export async function keepCommittedTables(
  store: Pick<ObjectStore, 'createIfAbsent'>,
  { tenant, id }: Pick<ExportRequest, 'tenant' | 'id'>,
  tables: readonly ManifestTable[],
): Promise<void> {
  // Every attempt finds the same versions.
  await store.createIfAbsent(
    committedTablesKey(tenant, id),
    Buffer.from(JSON.stringify(tables)),
    'must-exist',
  );
}

/** The versions that were kept, in the order of the outputs. Empty for an export that asked for no tables. */
export async function readCommittedTables(
  store: Pick<ObjectStore, 'read'>,
  { tenant, id, table }: Pick<ExportRequest, 'tenant' | 'id' | 'table'>,
): Promise<readonly ManifestTable[]> {
  if (table === undefined) return [];
  const bytes = await store.read(committedTablesKey(tenant, id));
  if (bytes === undefined) throw new Error(`export ${id} was decided before its tables were committed`);
  return committedTablesSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}
