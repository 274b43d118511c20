import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { gzipTag, hasVersion, refuse, requireMatch } from '@millrace/protocol';
import type { ContentCoding } from '@millrace/protocol';
import type { CommittedObjects, CommittedVersion } from '@millrace/storage';
import type { Request, Response } from 'express';
import type { DownloadSlot, DownloadSlots } from './download-slots.js';
import type { GzipSlots } from './gzip-slots.js';

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
export interface SendableObject extends CommittedVersion {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it is sent in gzip to clients that ask for it. */
  readonly isCompressible: boolean;
  /** Those that the client takes, at least one, the one that it prefers first. */
  readonly codings: readonly ContentCoding[];
}

/** Room for what is being sent. */
export interface SendingRoom {
  readonly downloads: DownloadSlots;
  readonly gzips: GzipSlots;
}

/** Packs FHIR data to about a tenth, at several times the speed of the usual level. */
const GZIP = { level: constants.Z_BEST_SPEED } as const;
const RETRY_AFTER_SECONDS = 2;

/**
 * Sends an object, or the one range of it that is asked for, as fast as the client takes it. Several ranges are
 * answered with the whole object, as RFC 9110 allows. To clients that ask for gzip it is packed on the way, unless they want a
 * range, or the maximum number is being packed and they take it as it is too.
 *
 * @throws ProtocolError 412 for another version than `If-Match` names; 503 while the maximum number of files is being sent, or packed
 * @throws ObjectChangedError when it differs from the stored one; once part of it was sent, the connection is closed
 */
export async function sendObject(
  request: Request,
  response: Response,
  objects: CommittedObjects,
  object: SendableObject,
  { downloads, gzips }: SendingRoom,
  tenant: string,
): Promise<SentObject> {
  const { key, bytes, headers, codings } = object;
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

  if (object.isCompressible) response.vary('Accept-Encoding');
  const forms = object.isCompressible ? [entityTag, gzipTag(entityTag)] : [entityTag];
  requireMatch(request.get('If-Match'), forms);
  const known = [entityTag, gzipTag(entityTag)].find((tag) => hasVersion(request.get('If-None-Match'), tag));
  if (known !== undefined) return sendEmpty(304, { ETag: known });
  const span = codings.includes('identity') ? spanOf(request, entityTag, bytes) : whole(bytes);
  if (span === undefined) return sendEmpty(416, { 'Content-Range': `bytes */${bytes}` });
  const { status, start, end } = span;
  const isEmpty = request.method === 'HEAD' || start === end;
  const range = isEmpty ? { start, end: start } : { start, end };
  using packing = choosePacking(codings, status === 206 || bytes === 0, () => gzips.enter(tenant));
  const slot = downloads.enter(tenant, () => response.destroy());
  const more = packing.isPacked
    ? { 'Content-Encoding': 'gzip', 'Accept-Ranges': 'none', ETag: gzipTag(entityTag) }
    : {
        'Content-Length': String(end - start),
        ...(status === 206 ? { 'Content-Range': `bytes ${start}-${end - 1}/${bytes}` } : {}),
      };
  try {
    const chunks = objects.stream(key, range, object)[Symbol.asyncIterator]();
    // While nothing is sent, an object that is not what it should be is still answered with an outcome.
    const first = await chunks.next();
    if (isEmpty) return sendEmpty(status, more);
    send(status, more);
    const { bytesSent, complete } = await sendChunks(response, first, chunks, slot, packing.isPacked);
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
  isPacked: boolean,
): Promise<{ bytesSent: number; complete: boolean }> {
  let bytesSent = 0;
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytesSent += chunk.length;
      yield chunk;
      slot.taken();
    }
  }
  try {
    // A fault of the store ends the answer before its last chunk, and a client sees that it is not whole.
    if (isPacked) await pipeline(content(), createGzip(GZIP), counted, response);
    else await pipeline(counted(content()), response);
    return { bytesSent, complete: true };
  } catch (error) {
    if (isPrematureClose(error)) return { bytesSent, complete: false };
    throw error;
  }
}

export function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function whole(bytes: number): Span {
  return { status: 200, start: 0, end: bytes };
}

/**
 * Undefined when the range cannot be satisfied. A range of another version of the object is of no use, and HEAD has none: its
 * answer tells how long the whole object is (RFC 9110, 14.2).
 */
export function spanOf(request: Request, etag: string, bytes: number): Span | undefined {
  if (request.method === 'HEAD') return whole(bytes);
  const condition = request.get('If-Range');
  const ranges = condition === undefined || condition === etag ? request.range(bytes) : undefined;
  if (ranges === -1) return undefined;
  const [range, ...others] = Array.isArray(ranges) && ranges.type === 'bytes' ? ranges : [];
  if (range === undefined || others.length > 0) return whole(bytes);
  return { status: 206, start: range.start, end: range.end + 1 };
}

/** Decides whether an answer is packed, and holds the room for that until it is disposed of. @throws ProtocolError 503 */
function choosePacking(
  codings: readonly ContentCoding[],
  isPlainBetter: boolean,
  enter: () => (() => void) | undefined,
): Disposable & { readonly isPacked: boolean } {
  const takesPlain = codings.includes('identity');
  const wantsGzip = codings[0] === 'gzip' && !(isPlainBetter && takesPlain);
  const leave = wantsGzip ? enter() : undefined;
  if (wantsGzip && leave === undefined && !takesPlain) {
    const diagnostics =
      'the server is packing the maximum number of files; repeat the request later, or take the file as it is';
    throw refuse(503, 'throttled', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
  }
  return { isPacked: leave !== undefined, [Symbol.dispose]: () => leave?.() };
}
