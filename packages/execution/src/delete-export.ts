import type { JobStore } from '@millrace/export';
import { exportObjectKey, exportPrefix } from '@millrace/export';
import { removePrefix } from '@millrace/storage';
import type { ObjectStore } from '@millrace/storage';

export interface DeletePorts {
  readonly jobs: Pick<JobStore, 'expire'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'list' | 'remove'>;
}

/**
 * Deletes an export that is over: first the mark that keeps it from being rebuilt, then its files, then what says that
 * it ever was, the mark last, and at the end the record. A death in the middle is made good by calling again.
 *
 * @returns false when the export is not over; nothing is deleted then
 * @throws StoreUnavailableError when something could not be deleted; the record stays, so that it is tried again
 */
export async function deleteExport(
  { jobs, store }: DeletePorts,
  record: { readonly id: string; readonly tenant: string; readonly expiresAt?: number },
): Promise<boolean> {
  const { id, tenant, expiresAt } = record;
  if (expiresAt === undefined) return false;
  const keyOf = (object: 'manifest' | 'request' | 'deleted'): string => exportObjectKey(tenant, id, object);
  await store.createIfAbsent(keyOf('deleted'), Buffer.from(JSON.stringify({ exportId: id })), 'must-exist');
  await removePrefix(store, exportPrefix(tenant, id), [
    keyOf('manifest'),
    keyOf('request'),
    keyOf('deleted'),
  ]);
  return jobs.expire(id);
}
