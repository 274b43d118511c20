import { parentPort } from 'node:worker_threads';
import { ProtocolError } from '@millrace/protocol';
import { serveThread } from '@millrace/threads';
import { readJson } from './read-json.js';

export interface BodyTask {
  readonly bytes: Uint8Array;
  readonly mostValues: number;
}

/** Errors lose their class on the way between threads. */
export type BodyRead =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly issues: ProtocolError['issues'] };

if (parentPort === null) throw new Error('body-thread.js is started as a worker thread only');

serveThread<BodyTask, BodyRead>(parentPort, ({ bytes, mostValues }) => {
  try {
    return { kind: 'read', value: readJson(bytes, mostValues) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { status, issues } = error;
    return { kind: 'refused', status, issues };
  }
});
