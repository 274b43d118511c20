import { once } from 'node:events';
import { NOTICES_HEADER, noticesText, runHeaders } from '@millrace/protocol';
import type { RunNotice, RunRequest } from '@millrace/protocol';
import type { RowSink } from '@millrace/run';
import type { Response } from 'express';
import type { RowsTaken } from './client-pace.js';
import { createRowFrame } from './row-frame.js';
import { tooManyBytes, tooManyRows } from './run-limits.js';
import type { RunLimits } from './run-limits.js';

/** The rows of a run on their way to its client. */
export interface RowSender extends RowSink {
  /** Adds to the notices of the answer: they are in its head, or behind its rows. */
  tell(notices: readonly RunNotice[]): void;
  /** Rows that were evaluated, and bytes that were handed to the connection. */
  readonly sent: { readonly rowCount: number; readonly bytes: number };
  /** Of `performance.now()`; undefined while nothing was sent. */
  readonly firstAt: number | undefined;
  taken(): RowsTaken;
}

export interface SenderTerms {
  readonly form: RunRequest['form'];
  readonly limits: RunLimits;
  /** Whether the client takes fields behind the rows. */
  readonly takesTrailers: boolean;
  /** Whether lines may be skipped: a client is told before it is known of any. */
  readonly maySkipLines: boolean;
}

/**
 * Sends rows as fast as the client takes them. The head of the answer waits for the first of them, so that whatever fails
 * before is answered as an error. `expect` throws RunTooCostlyError before the rows that are too many are sent.
 *
 * @param signal ends the waiting for a client
 */
export function createRowSender(
  response: Response,
  { form, limits, takesTrailers, maySkipLines }: SenderTerms,
  signal: AbortSignal,
): RowSender {
  const frame = createRowFrame(form);
  const notices: RunNotice[] = [];
  let expectedRows = 0;
  let expectedBytes = 0;
  let bytes = 0;
  let isWaiting = false;
  let firstAt: number | undefined;

  async function put(chunk: Uint8Array | string): Promise<void> {
    signal.throwIfAborted();
    if (chunk.length === 0) return;
    bytes += chunk.length;
    if (response.write(chunk)) return;
    isWaiting = true;
    // An answer whose connection is gone never drains; then the signal is given.
    await once(response, 'drain', { signal });
    isWaiting = false;
  }

  /** @param stage whether all notices are known */
  function begin(stage: 'before rows' | 'at the end'): void {
    if (firstAt !== undefined) return;
    firstAt = performance.now();
    const isOpen = stage === 'before rows';
    const known: readonly RunNotice[] =
      isOpen && maySkipLines ? [...notices, { kind: 'skipped-line' }] : notices;
    response.status(200).set(runHeaders(form, known, isOpen && takesTrailers));
  }

  return {
    tell(more) {
      for (const notice of more) notices.push(notice);
    },
    get sent() {
      return { rowCount: expectedRows, bytes };
    },
    get firstAt() {
      return firstAt;
    },
    taken: () => ({ isWaiting, takenBytes: bytes - response.writableLength }),
    expect(part) {
      expectedRows += part.rows;
      expectedBytes += part.bytes;
      if (expectedRows > limits.rows) throw tooManyRows(limits);
      if (expectedBytes > limits.bytes) throw tooManyBytes(limits);
    },
    async write(chunk) {
      if (chunk.length === 0) return;
      begin('before rows');
      for (const piece of frame.add(chunk)) await put(piece);
    },
    async commit({ late }) {
      signal.throwIfAborted();
      // A client sees by itself that there are no rows.
      for (const notice of late) if (notice.kind !== 'no-rows') notices.push(notice);
      begin('at the end');
      await put(frame.end(notices));
      if (response.hasHeader('Trailer')) {
        const none: readonly RunNotice[] = maySkipLines ? [{ kind: 'skipped-line', count: 0 }] : [];
        response.addTrailers({ [NOTICES_HEADER]: noticesText([...notices, ...none]) ?? 'none' });
      }
      response.end();
    },
    abort: () => Promise.resolve(),
  };
}
