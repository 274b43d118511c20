import { ServerRefusedError } from '../../errors.js';
import type { BulkFile } from '../bulk-manifest.js';
import { fetchBulkFile, type BulkFetchOptions, type FetchedBulkFacts } from './fetch-bulk-file.js';

const EXPIRED = new Set([401, 403, 404, 410]);

/** Fetches a file, at another URL if the manifest has one by then: URLs of files may expire before the files do. */
export async function fetchFresh(
  file: BulkFile,
  again: () => Promise<BulkFile | undefined>,
  target: string,
  options: Omit<BulkFetchOptions, 'headers'> & {
    /** @throws when the URL must not be asked for */
    readonly mayAsk?: ((url: string) => void) | undefined;
  },
): Promise<FetchedBulkFacts> {
  const fetchFrom = async (from: BulkFile): Promise<FetchedBulkFacts> => {
    options.mayAsk?.(from.url);
    return fetchBulkFile(from, target, { ...options, headers: {} });
  };
  try {
    return await fetchFrom(file);
  } catch (error) {
    if (!(error instanceof ServerRefusedError) || !EXPIRED.has(error.status)) throw error;
    const other = await again();
    if (other === undefined || other.url === file.url || other.kind !== file.kind || other.type !== file.type)
      throw error;
    options.onFailed?.(error);
    return fetchFrom(other);
  }
}
