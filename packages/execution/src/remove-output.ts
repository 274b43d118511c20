import type { Manifest } from '@millrace/export';
import { exportObjectKey, exportPrefix } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';

/** Objects that one call of the store removes. */
const BATCH = 1000;

/**
 * Removes from an export's folder what its manifest does not list: other attempts' parts, the plan, and everything
 * that was written for an export that failed or was cancelled. Safe to repeat.
 */
export async function removeUnlisted(
  store: Pick<ObjectStore, 'list' | 'remove'>,
  manifest: Manifest,
): Promise<void> {
  const { tenant, exportId } = manifest;
  const kept = new Set([
    exportObjectKey(tenant, exportId, 'request'),
    exportObjectKey(tenant, exportId, 'manifest'),
    exportObjectKey(tenant, exportId, 'deleted'),
    ...(manifest.outcome === 'completed'
      ? manifest.outputs.flatMap(({ files }) => files.map(({ key }) => key))
      : []),
  ]);
  let batch: string[] = [];
  for await (const { key } of store.list(exportPrefix(tenant, exportId))) {
    if (kept.has(key)) continue;
    batch.push(key);
    if (batch.length < BATCH) continue;
    await store.remove(batch);
    batch = [];
  }
  await store.remove(batch);
}
