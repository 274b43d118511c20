import { visibleState } from '@millrace/export';
import type { CompletedManifest, ExportRecord } from '@millrace/export';
import type { Answers } from '@millrace/lifecycle';
import { pageAtEnd, pageSoFar } from '@millrace/protocol';
import type { BulkPage, BulkRequest } from '@millrace/protocol';

/**
 * Page `page` of the manifest of an export whose client allowed pages. The pages are in the object store, so that all
 * instances give the same ones.
 *
 * @param manifest of an export that is completed
 * @returns undefined when there is no such page, or none yet, and for a manifest without pages
 */
export async function bulkPage(
  artefacts: Pick<Answers, 'page'>,
  record: ExportRecord,
  request: BulkRequest,
  manifest: CompletedManifest | undefined,
  page: number,
): Promise<BulkPage | undefined> {
  if (request.bulk.allowPartialManifests !== true) return undefined;
  if (manifest !== undefined) {
    const { pages } = manifest;
    if (pages === undefined) return undefined;
    const stored = page < pages ? await artefacts.page(record, page) : undefined;
    return pageAtEnd({ ...manifest, pages }, request, page, stored);
  }
  const state = visibleState(record);
  if (state !== 'accepted' && state !== 'in-progress') return undefined;
  const stored = await artefacts.page(record, page);
  if (stored === undefined) return undefined;
  return pageSoFar(stored, (await artefacts.page(record, page + 1)) !== undefined);
}
