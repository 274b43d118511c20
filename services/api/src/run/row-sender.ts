import { once } from 'node:events';
import { binaryFrame, emptyBinary, runHeaders } from '@millrace/protocol';
import type { RunRequest } from '@millrace/protocol';
import type { RowSink } from '@millrace/run';
import type { Response } from 'express';
import { tooManyBytes, tooManyRows } from './run-limits.js';
import type { RunLimits } from './run-limits.js';

/** The rows of a run on their way to its client. */
export interface RowSender extends RowSink {
  /** Rows that were evaluated, and bytes that were handed to the connection. */
  readonly sent: { readonly rowCount: number; readonly bytes: number };
  /** Of `performance.now()`; undefined while nothing was sent. */
  readonly firstAt: number | undefined;
}

/** Whole groups of three bytes, so that their base64 can be joined. */
const BASE64_BYTES = 96 << 10;

/**
 * Sends rows as fast as the client takes them. The head of the answer waits for the first of them, so that whatever fails
 * before is answered as an error. `expect` throws RunTooCostlyError before the rows that are too many are sent.
 *
 * @param signal ends the waiting for a client
 */
export function createRowSender(
  response: Response,
  { form, notices, given }: Pick<RunRequest, 'form' | 'notices' | 'given'>,
  limits: RunLimits,
  signal: AbortSignal,
): RowSender {
  const encoder = form.envelope === 'Binary' ? createBase64() : undefined;
  const { format } = form;
  const headers = runHeaders(form, { doubts: notices.length, passedOver: given?.passedOver ?? 0 });
  let expectedRows = 0;
  let expectedBytes = 0;
  let bytes = 0;
  let firstAt: number | undefined;

  async function put(chunk: Uint8Array | string): Promise<void> {
    signal.throwIfAborted();
    bytes += chunk.length;
    // An answer whose connection is gone never drains; then the signal is given.
    if (!response.write(chunk)) await once(response, 'drain', { signal });
  }

  async function begin(): Promise<void> {
    if (firstAt !== undefined) return;
    firstAt = performance.now();
    response.status(200).set(headers);
    if (encoder !== undefined) await put(frame().head);
  }

  function frame(): ReturnType<typeof binaryFrame> {
    if (format === 'csv' || format === 'json') return binaryFrame(format);
    throw new Error(`rows in the format ${format} have no envelope`);
  }

  return {
    get sent() {
      return { rowCount: expectedRows, bytes };
    },
    get firstAt() {
      return firstAt;
    },
    expect(part) {
      expectedRows += part.rows;
      expectedBytes += part.bytes;
      if (expectedRows > limits.rows) throw tooManyRows(limits);
      if (expectedBytes > limits.bytes) throw tooManyBytes(limits);
    },
    async write(chunk) {
      if (chunk.length === 0) return;
      await begin();
      if (encoder === undefined) return put(chunk);
      for (let at = 0; at < chunk.length; at += BASE64_BYTES) {
        const text = encoder.add(chunk.subarray(at, at + BASE64_BYTES));
        if (text !== '') await put(text);
      }
    },
    async commit() {
      signal.throwIfAborted();
      if (encoder === undefined) await begin();
      else if (firstAt === undefined) {
        firstAt = performance.now();
        response.status(200).set(headers);
        if (format === 'csv' || format === 'json') await put(emptyBinary(format));
      } else await put(encoder.finish() + frame().tail);
      response.end();
    },
    abort: () => Promise.resolve(),
  };
}

/** Base64 of bytes that come in chunks of any length. */
function createBase64(): { add(chunk: Uint8Array): string; finish(): string } {
  let left = Buffer.alloc(0);
  return {
    add(chunk) {
      const bytes = left.length === 0 ? Buffer.from(chunk) : Buffer.concat([left, chunk]);
      const whole = bytes.length - (bytes.length % 3);
      left = Buffer.from(bytes.subarray(whole));
      return bytes.toString('base64', 0, whole);
    },
    finish: () => left.toString('base64'),
  };
}
