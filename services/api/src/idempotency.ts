import { createHash } from 'node:crypto';
import type { ExportRequest, Idempotency } from '@millrace/export';
import type { Repetition } from '@millrace/lifecycle';
import {
  askedPieces,
  keyOfAnotherRequest,
  readIdempotencyKey,
  requestFaults,
  sameKeyUnderway,
} from '@millrace/protocol';
import type { KickOffOperation, KickOffRequest, Level } from '@millrace/protocol';
import { inRounds } from '@millrace/threads';

/**
 * By what a repetition of a kick-off is known; undefined when it has no idempotency key, or a fault that is no
 * matter of its body: it is refused then. The digest of a large request is made in rounds of the event loop.
 *
 * @throws ProtocolError 400
 */
export async function idempotencyOf(
  operation: KickOffOperation,
  level: Level,
  asked: KickOffRequest,
): Promise<Idempotency | undefined> {
  const header = asked.headers['idempotency-key'];
  const key = readIdempotencyKey(typeof header === 'object' ? header.join(', ') : header);
  if (key === undefined || requestFaults(asked, operation).length > 0) return undefined;
  const digest = createHash('sha256');
  for await (const piece of inRounds(askedPieces(operation, level, asked))) digest.update(piece);
  return { key: createHash('sha256').update(key).digest('hex'), request: digest.digest('hex') };
}

/** The request of the export that a kick-off repeats. @throws ProtocolError 409, 422 */
export function requestOfRepetition(repetition: Repetition): ExportRequest {
  switch (repetition.kind) {
    case 'repeated':
      return repetition.request;
    case 'mismatched':
      throw keyOfAnotherRequest();
    case 'underway':
      throw sameKeyUnderway();
    default:
      return repetition satisfies never;
  }
}
