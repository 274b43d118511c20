import { join } from 'node:path';
import type { BulkFile, BulkFileKind } from '../bulk-manifest.js';

/** For pipelines that read such folders. */
export const LOG_FILE = 'log.ndjson';

/** Folders below that of the export, as bulk-data-client and pipelines of the field name them. */
export const SUBFOLDERS: Readonly<Record<BulkFileKind, string>> = {
  output: '',
  deleted: 'deleted',
  error: 'error',
};

/**
 * Gives files their paths below the folder of an export: `Patient.000.ndjson`, or `blocks-of-Patient.000.ndjson`, in the
 * order of the manifest, so that a client that begins again gives the same paths.
 */
export function createFileNames(): (file: Pick<BulkFile, 'kind' | 'name'>) => string {
  const counts = new Map<string, number>();
  return ({ kind, name }) => {
    const stem = join(SUBFOLDERS[kind], name);
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    return `${stem}.${String(count).padStart(3, '0')}.ndjson`;
  };
}
