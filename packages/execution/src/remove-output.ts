import type { Manifest } from '@millrace/export';
import { exportObjectKey, exportPrefix } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';

/** Objects that one call of the store removes. */
const BATCH = 1000;

/** Objects of an export that is over which stay: what was asked, how it ended, and the files that its manifest lists. */
export function keptKeys(manifest: Manifest): ReadonlySet<string> {
  const { tenant, exportId } = manifest;
  return new Set([
    exportObjectKey(tenant, exportId, 'request'),
    exportObjectKey(tenant, exportId, 'manifest'),
    exportObjectKey(tenant, exportId, 'deleted'),
    ...(manifest.outcome === 'completed'
      ? manifest.outputs.flatMap(({ files }) => files.map(({ key }) => key))
      : []),
  ]);
}

/**
 * Removes from an export's folder what its manifest does not list: other attempts' parts, the plan, and everything
 * that was written for an export that failed or was cancelled. Safe to repeat.
 */
export async function removeUnlisted(
  store: Pick<ObjectStore, 'list' | 'remove'>,
  manifest: Manifest,
): Promise<void> {
  const { tenant, exportId } = manifest;
  const kept = keptKeys(manifest);
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
