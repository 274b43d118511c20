import { randomBytes } from 'node:crypto';

const BYTES = 16;

/** Unguessable: whoever has the id of an export may poll and download it where clients are not told apart. */
export function newExportId(): string {
  return randomBytes(BYTES).toString('hex');
}
