import { isOver } from '@millrace/export';
import { readManifest } from './conclude.js';
import { isRemembered } from './rebuild-export.js';
import type { RebuildPorts } from './rebuild-export.js';
import { keptKeys } from './remove-output.js';

/**
 * What is known of the folder of an export: it runs or can be put back (`keep`), it is over and so many of its objects
 * are kept, or nothing knows it (`orphan`).
 */
export async function judgeFolder(
  ports: Omit<RebuildPorts, 'dispatcher'>,
  tenant: string,
  exportId: string,
): Promise<
  | { readonly kind: 'keep' }
  | { readonly kind: 'over'; readonly kept: ReadonlySet<string> }
  | { readonly kind: 'orphan' }
> {
  const record = await ports.jobs.read(exportId);
  if (record === undefined) {
    return { kind: (await isRemembered(ports, tenant, exportId)) ? 'keep' : 'orphan' };
  }
  if (!isOver(record.state)) return { kind: 'keep' };
  const manifest = await readManifest(ports.store, tenant, exportId);
  // Without one, the record says what becomes of the rest.
  return manifest === undefined ? { kind: 'keep' } : { kind: 'over', kept: keptKeys(manifest) };
}
