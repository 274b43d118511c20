import { exportObjectKey, exportPrefix } from '@millrace/export';
import type { JobStore } from '@millrace/export';
import { removePrefix } from '@millrace/storage';
import type { ObjectStore } from '@millrace/storage';

export interface DeletePorts {
  readonly jobs: Pick<JobStore, 'expire'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'list' | 'remove'>;
}

/**
 * Deletes an export that has ended. The order is: a mark that keeps it from being rebuilt, its files, its
 * other objects, the mark, and at the end the record. After a death in the middle, another call finishes the
 * work.
 *
 * @returns false when the export is not over; nothing is deleted then
 * @throws StoreUnavailableError when something could not be deleted; the record stays, so that it is tried again
 */
export async function deleteExport(
  { jobs, store }: DeletePorts,
  record: { readonly id: string; readonly tenant: string; readonly expiresAt?: number },
): Promise<boolean> {
  if (record.expiresAt === undefined) return false;
  await removeFolder(store, record.tenant, record.id);
  return jobs.expire(record.id);
}

/**
 * Hides an export that has ended from every client, before anything of it is deleted. It is marked, so that
 * it is not restored, and its retention ends, so that `output_ttl_reaper` deletes the rest after a death.
 *
 * @returns false when it has not ended; it is not marked then
 * @throws StoreUnavailableError when it could not be marked; nothing has changed
 */
export async function withdrawExport(
  {
    jobs,
    store,
  }: { readonly jobs: Pick<JobStore, 'endRetention'>; readonly store: Pick<ObjectStore, 'createIfAbsent'> },
  { id, tenant, expiresAt }: { readonly id: string; readonly tenant: string; readonly expiresAt?: number },
): Promise<boolean> {
  if (expiresAt === undefined) return false;
  await markDeleted(store, tenant, id);
  return (await jobs.endRetention(id)) !== 'live';
}

/**
 * Undoes a kick-off that nobody ended, of which no client was told. Its request goes too, or it would be put back.
 *
 * @returns false when it has ended in the meantime; nothing is deleted then
 * @throws StoreUnavailableError when something could not be deleted
 */
export async function undoKickOff(
  {
    jobs,
    store,
  }: { readonly jobs: Pick<JobStore, 'discard' | 'read'>; readonly store: DeletePorts['store'] },
  { id, tenant }: { readonly id: string; readonly tenant: string },
): Promise<boolean> {
  // Marked before the record goes: a death in between leaves a folder that is swept, and not an export that
  // runs.
  const mark = exportObjectKey(tenant, id, 'deleted');
  await markDeleted(store, tenant, id);
  const isStarted = (await jobs.discard(id)) === 'kept' && (await jobs.read(id)) !== undefined;
  if (isStarted) await store.remove([mark]);
  else await removeFolder(store, tenant, id);
  return !isStarted;
}

/** Removes the folder of an export: first the mark that keeps it from being put back, and the mark last. */
export async function removeFolder(
  store: DeletePorts['store'],
  tenant: string,
  exportId: string,
): Promise<void> {
  await markDeleted(store, tenant, exportId);
  const last = (['manifest', 'request', 'deleted'] as const).map((object) =>
    exportObjectKey(tenant, exportId, object),
  );
  await removePrefix(store, exportPrefix(tenant, exportId), last);
}

async function markDeleted(
  store: Pick<ObjectStore, 'createIfAbsent'>,
  tenant: string,
  exportId: string,
): Promise<void> {
  const mark = Buffer.from(JSON.stringify({ exportId }));
  await store.createIfAbsent(exportObjectKey(tenant, exportId, 'deleted'), mark, 'must-exist');
}
