import { randomBytes } from 'node:crypto';

const BYTES = 16;

/** Unguessable: whoever has the id of an export may poll and download it where clients are not told apart. */
export function newExportId(): string {
  return randomBytes(BYTES).toString('hex');
}

export function isExportId(text: string): boolean {
  return text.length === 2 * BYTES && /^[0-9a-f]+$/.test(text);
}

/** Names one decision or one attempt at it. */
export function newNonce(): string {
  return randomBytes(8).toString('hex');
}
