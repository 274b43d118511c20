import { parentPort } from 'node:worker_threads';
import { ProtocolError } from '@millrace/protocol';
import { serveThread } from '@millrace/threads';
import { readJson } from './read-json.js';
import type { JsonRead, WantedTexts } from './read-json.js';

export interface BodyTask {
  /** The bytes of the body, in order. */
  readonly pieces: readonly Uint8Array[];
  readonly mostValues: number;
  readonly wanted: WantedTexts | undefined;
}

/** Errors lose their class on the way between threads. */
export type BodyRead =
  | ({ readonly kind: 'read' } & JsonRead)
  | { readonly kind: 'refused'; readonly status: number; readonly issues: ProtocolError['issues'] };

if (parentPort === null) throw new Error('body-thread.js is started as a worker thread only');

/** Used again and again: as large as the largest body was. */
let joined = Buffer.alloc(0);

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > joined.length) joined = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined.subarray(0, length);
}

serveThread<BodyTask, BodyRead>(parentPort, ({ pieces, mostValues, wanted }) => {
  try {
    return { kind: 'read', ...readJson(join(pieces), mostValues, wanted) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { status, issues } = error;
    return { kind: 'refused', status, issues };
  }
});
