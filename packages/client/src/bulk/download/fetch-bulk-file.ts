import { basename } from 'node:path';
import { fetchFile, type FetchedFacts, type FetchOptions } from '../../fetch/fetch-file.js';
import type { BulkFile } from '../bulk-manifest.js';
import { createLineCheck } from './line-check.js';

/** Facts about a file of NDJSON that was fetched. */
export interface FetchedBulkFacts extends FetchedFacts {
  readonly lines: number;
}

export type BulkFetchOptions = Omit<FetchOptions, 'check' | 'temporaryName' | 'keepsBegun'>;

/**
 * Fetches one file of NDJSON of a manifest.
 *
 * @throws as `fetchFile`
 */
export async function fetchBulkFile(
  file: BulkFile,
  path: string,
  options: BulkFetchOptions,
): Promise<FetchedBulkFacts> {
  let lines = createLineCheck();
  const facts = await fetchFile(
    // Some servers count issues of OperationOutcomes, and not lines.
    { ...file, rows: file.kind === 'error' ? undefined : file.count },
    path,
    {
      ...options,
      headers: { accept: 'application/fhir+ndjson', ...options.headers },
      keepsBegun: false,
      temporaryName: `.${basename(path)}.tmp`,
      check() {
        lines = createLineCheck();
        return { add: lines.add, rows: lines.lines, fault: lines.fault };
      },
    },
  );
  return { ...facts, lines: lines.lines() };
}
