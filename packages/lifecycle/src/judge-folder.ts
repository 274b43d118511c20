import { isOver } from '@millrace/export';
import { readManifest } from './artefacts.js';
import { isRemembered } from './rebuild-export.js';
import type { RebuildPorts } from './rebuild-export.js';
import { keptKeys } from './remove-output.js';

/** The state of an export's folder. */
export type FolderVerdict =
  /** The export runs, or can be put back: all of it stays. */
  | { readonly kind: 'keep' }
  /** The export has ended: objects that are not named here are garbage. */
  | { readonly kind: 'over'; readonly kept: ReadonlySet<string> }
  /** No record knows it, and nothing can put it back. */
  | { readonly kind: 'orphan' };

/** Judges the folder of an export by its record, and by its objects in the store. */
export async function judgeFolder(
  ports: Omit<RebuildPorts, 'dispatcher'>,
  tenant: string,
  exportId: string,
): Promise<FolderVerdict> {
  const record = await ports.jobs.read(exportId);
  if (record === undefined) {
    return { kind: (await isRemembered(ports, tenant, exportId)) ? 'keep' : 'orphan' };
  }
  if (!isOver(record.state)) return { kind: 'keep' };
  const manifest = await readManifest(ports.store, tenant, exportId);
  // Without a manifest, the record decides about the rest.
  return manifest === undefined ? { kind: 'keep' } : { kind: 'over', kept: keptKeys(manifest) };
}
