import { randomBytes } from 'node:crypto';

const BYTES = 16;

/**
 * Unguessable: as long as clients are not told apart, anybody with the id of an export may poll and download
 * it.
 */
export function newExportId(): string {
  return randomBytes(BYTES).toString('hex');
}
