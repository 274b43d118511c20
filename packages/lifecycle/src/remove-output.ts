import {
  attemptName,
  attemptPrefix,
  exportObjectKey,
  exportPrefix,
  manifestPageKey,
  tablesPrefix,
} from '@millrace/export';
import type { Lease, Manifest } from '@millrace/export';
import { removePrefix } from '@millrace/storage';
import type { ObjectStore } from '@millrace/storage';
import { readManifest } from './artefacts.js';

/** Objects that one call of the store removes. */
const BATCH = 1000;

/**
 * The objects that an export keeps after its end: its manifest, the pages of that, the files that it lists, and its request.
 * The request of a cancelled one goes, because it may name patients: nobody asks for it any more, and without it the export is
 * not put back, which answers as its tombstone does.
 */
export function keptKeys(manifest: Manifest): ReadonlySet<string> {
  const { tenant, exportId } = manifest;
  return new Set([
    ...(manifest.outcome === 'cancelled' ? [] : [exportObjectKey(tenant, exportId, 'request')]),
    exportObjectKey(tenant, exportId, 'manifest'),
    exportObjectKey(tenant, exportId, 'deleted'),
    ...(manifest.outcome === 'completed'
      ? [
          ...manifest.outputs.flatMap(({ files }) => files.map(({ key }) => key)),
          ...Array.from({ length: manifest.pages ?? 0 }, (_, page) =>
            manifestPageKey(tenant, exportId, page),
          ),
        ]
      : []),
  ]);
}

/**
 * Removes the objects of an export that its manifest does not list: parts of other attempts, the plan, all output of an
 * export that failed or was cancelled, and the request of a cancelled one. Safe to repeat.
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

/**
 * Removes the output of an attempt for an export that Redis does not know. Redis may have lost the export
 * while the object store has it: files that its manifest lists stay, and so do those of an export that can be
 * rebuilt.
 */
export async function removeLateOutput(
  store: Pick<ObjectStore, 'list' | 'read' | 'remove' | 'stat'>,
  tenant: string,
  lease: Lease,
): Promise<void> {
  const { exportId } = lease;
  const has = async (name: 'deleted' | 'request') =>
    (await store.stat(exportObjectKey(tenant, exportId, name))) !== undefined;
  const manifest = await readManifest(store, tenant, exportId);
  if (manifest !== undefined) return removeUnlisted(store, manifest);
  if ((await has('deleted')) || !(await has('request'))) {
    await removePrefix(store, attemptPrefix(tenant, lease));
    await removeRowsOfTables(store, tenant, lease);
  }
}

/** Attempts share the folders of tables. */
async function removeRowsOfTables(
  store: Pick<ObjectStore, 'list' | 'remove'>,
  tenant: string,
  lease: Lease,
): Promise<void> {
  const name = attemptName(lease);
  const made: string[] = [];
  for await (const { key } of store.list(tablesPrefix(tenant, lease.exportId)))
    if (key.slice(key.lastIndexOf('/') + 1).startsWith(name)) made.push(key);
  for (let at = 0; at < made.length; at += BATCH) await store.remove(made.slice(at, at + BATCH));
}
