import { pipeline } from 'node:stream/promises';
import { hasVersion } from '@millrace/protocol';
import type { ObjectStore } from '@millrace/storage';
import type { Request, Response } from 'express';
import type { DownloadSlot, DownloadSlots } from './download-slots.js';

export interface SentObject {
  readonly status: number;
  readonly bytesSent: number;
  /** False when the client went away. */
  readonly complete: boolean;
}

interface Span {
  readonly status: 200 | 206;
  readonly start: number;
  readonly end: number;
}

/** An object as it was stored, and the headers that describe it, among them its ETag. */
export interface SendableObject {
  readonly key: string;
  readonly bytes: number;
  /** The store's tag of what was stored. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends an object, or the one range of it that is asked for, as fast as the client takes it. Several ranges are
 * answered with the whole object, as RFC 9110 allows.
 *
 * @throws ProtocolError 503 while the maximum number of files is being sent
 * @throws ObjectChangedError when it differs from the stored one; once part of it was sent, the connection is closed
 */
export async function sendObject(
  request: Request,
  response: Response,
  store: Pick<ObjectStore, 'stream'>,
  object: SendableObject,
  slots: DownloadSlots,
): Promise<SentObject> {
  const { key, bytes, headers } = object;
  const entityTag = headers['ETag'] ?? '';
  const send = (status: number, more: Readonly<Record<string, string>>): SentObject => {
    response.status(status).set({ ...headers, 'Accept-Ranges': 'bytes', ...more });
    return { status, bytesSent: 0, complete: true };
  };
  const sendEmpty = (status: number, more: Readonly<Record<string, string>>): SentObject => {
    const sent = send(status, more);
    response.end();
    return sent;
  };

  if (hasVersion(request.get('If-None-Match'), entityTag)) return sendEmpty(304, {});
  const span = spanOf(request, entityTag, bytes);
  if (span === undefined) return sendEmpty(416, { 'Content-Range': `bytes */${bytes}` });
  const { status, start, end } = span;
  const more = {
    'Content-Length': String(end - start),
    ...(status === 206 ? { 'Content-Range': `bytes ${start}-${end - 1}/${bytes}` } : {}),
  };
  const isEmpty = request.method === 'HEAD' || start === end;
  const range = isEmpty ? { start, end: start } : { start, end };
  const slot = slots.enter(() => response.destroy());
  try {
    const chunks = store.stream(key, range, object)[Symbol.asyncIterator]();
    // While nothing is sent, an object that is not what it should be is still answered with an outcome.
    const first = await chunks.next();
    if (isEmpty) return sendEmpty(status, more);
    send(status, more);
    const { bytesSent, complete } = await sendChunks(response, first, chunks, slot);
    return { status, bytesSent, complete };
  } finally {
    slot.leave();
  }
}

async function sendChunks(
  response: Response,
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
  slot: DownloadSlot,
): Promise<{ bytesSent: number; complete: boolean }> {
  let bytesSent = 0;
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await rest.next()) {
        bytesSent += next.value.length;
        yield next.value;
        slot.taken();
      }
    } finally {
      await rest.return?.();
    }
  }
  try {
    await pipeline(content, response);
    return { bytesSent, complete: true };
  } catch (error) {
    if (isPrematureClose(error)) return { bytesSent, complete: false };
    throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Undefined when the range cannot be satisfied. A range of another version of the object is of no use. */
function spanOf(request: Request, etag: string, bytes: number): Span | undefined {
  const condition = request.get('If-Range');
  const ranges = condition === undefined || condition === etag ? request.range(bytes) : undefined;
  if (ranges === -1) return undefined;
  const [range, ...others] = Array.isArray(ranges) && ranges.type === 'bytes' ? ranges : [];
  if (range === undefined || others.length > 0) return { status: 200, start: 0, end: bytes };
  return { status: 206, start: range.start, end: range.end + 1 };
}
