import { once } from 'node:events';
import { inRounds } from '@millrace/threads';
import type { Response } from 'express';
import { mediaTypeOf } from './representation.js';

/**
 * Sends a FHIR answer whose JSON comes in pieces, each made only when the client has taken those before it: many large
 * answers at the same time neither fill the memory nor keep small ones waiting.
 *
 * @throws ProtocolError 406 when the request admits no form of it that there is
 */
export async function sendPieces(response: Response, pieces: Iterable<string | Buffer>): Promise<void> {
  response.status(200).set('Content-Type', mediaTypeOf(response, 200));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  for await (const piece of inRounds(pieces)) {
    if (!response.write(piece)) await taken(response, gone.signal);
    if (response.destroyed) return;
  }
  response.end();
}

async function taken(response: Response, gone: AbortSignal): Promise<void> {
  await once(response, 'drain', { signal: gone }).catch(() => undefined);
}
