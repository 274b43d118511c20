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
  const { kind, type, count } = file;
  const isOfBlocks = type === undefined;
  // Some servers count issues of OperationOutcomes, and not lines.
  const rows = kind === 'error' || isOfBlocks ? undefined : count;
  const facts = await fetchFile({ ...file, rows }, path, {
    ...options,
    headers: { accept: 'application/fhir+ndjson', ...options.headers },
    keepsBegun: false,
    temporaryName: `.${basename(path)}.tmp`,
    check() {
      lines = createLineCheck();
      const fault = (): string | undefined =>
        lines.fault() ??
        (isOfBlocks && count !== undefined && lines.lines() < count
          ? `has ${lines.lines()} lines; the manifest counts ${count} resources`
          : undefined);
      return { add: lines.add, rows: lines.lines, fault };
    },
  });
  return { ...facts, lines: lines.lines() };
}
