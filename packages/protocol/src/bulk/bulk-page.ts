import type { CompletedManifest, ManifestPage, PageFile } from '@millrace/export';
import type { BulkRequest } from './bulk-request.js';
import { outcomeFile, type OutcomeFile } from './outcome-file.js';

/** The content of one page of a manifest. An export without pages has one. */
export interface BulkPage {
  readonly files: readonly PageFile[];
  /** Only the last page of an export that is completed has it. */
  readonly outcomes: OutcomeFile | undefined;
  /** The number of the page behind it, from 1; undefined when there is none, or none yet. */
  readonly next: number | undefined;
}

/** The only page of a completed export whose client did not allow more of them. */
export function wholeManifest(manifest: CompletedManifest, request: BulkRequest): BulkPage {
  const files = request.subjects.flatMap(({ name }, subject) => {
    const found = manifest.outputs.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`manifest of export ${manifest.exportId} lacks output ${name}`);
    return found.files.map((file) => ({ ...file, subject }));
  });
  return { files, outcomes: outcomeFile(manifest, request), next: undefined };
}

/** A page of an export that runs. @param hasNext whether the page behind it is stored */
export function pageSoFar({ page, files }: ManifestPage, hasNext: boolean): BulkPage {
  return { files, outcomes: undefined, next: hasNext ? page + 1 : undefined };
}

/**
 * Page `page` of an export that is completed. What there is to tell has a page of its own at the end, because clients
 * may have seen the pages of files before, and those do not change.
 *
 * @param stored that page, where it is stored
 * @returns undefined when there is no such page
 */
export function pageAtEnd(
  manifest: CompletedManifest & { readonly pages: number },
  request: BulkRequest,
  page: number,
  stored: ManifestPage | undefined,
): BulkPage | undefined {
  const ofFiles = manifest.pages;
  const outcomes = outcomeFile(manifest, request);
  const count = Math.max(1, ofFiles + (outcomes === undefined ? 0 : 1));
  if (page >= count) return undefined;
  const next = page + 1 < count ? page + 1 : undefined;
  if (page >= ofFiles) return { files: [], outcomes, next };
  if (stored === undefined)
    throw new Error(`page ${page} of the manifest of export ${manifest.exportId} is gone`);
  return { files: stored.files, outcomes: undefined, next };
}
