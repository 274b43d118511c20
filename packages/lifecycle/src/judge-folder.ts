import { isOver } from '@millrace/export';
import { readManifest } from './artefacts.js';
import { isRemembered } from './rebuild-export.js';
import type { RebuildPorts } from './rebuild-export.js';
import { keptKeys } from './remove-output.js';

/** The state of an export's folder. */
export type FolderVerdict =
  /** The export runs, or can be put back: all of it stays. */
  | { readonly kind: 'keep' }
  /** The export is over: what is not named here belongs to nobody. */
  | { readonly kind: 'over'; readonly kept: ReadonlySet<string> }
  /** No record knows it, and nothing can put it back. */
  | { readonly kind: 'orphan' };

/** Looks at the record of an export, and at what the object store remembers of it. */
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
  // Without one, the record says what becomes of the rest.
  return manifest === undefined ? { kind: 'keep' } : { kind: 'over', kept: keptKeys(manifest) };
}
