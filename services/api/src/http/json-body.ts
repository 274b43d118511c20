import type { IncomingMessage } from 'node:http';
import { isJson, refuse } from '@millrace/protocol';
import { createGate } from '@millrace/threads';
import type { RequestHandler, Response } from 'express';
import type { BodyParser } from './body-parser.js';
import { createBodyRoom } from './body-room.js';
import { decodeBody, encodingOf } from './decode-body.js';
import { passOver, readBody } from './read-body.js';

export interface BodyLimits {
  /** Bytes of one body, after decompression. */
  readonly bodyBytes: number;
  /** Bytes of the bodies of all requests that are not answered yet. */
  readonly bodiesBytes: number;
}

/** A decoder has megabytes of its own, and needs some milliseconds for a body of the largest size. */
const DECODING = { atOnce: 4, mostWaiting: 200, patienceMs: 5_000 };

/** When a client whose body found no room should ask again. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Reads JSON of any kind, within limits that hold before anything is made of its bytes; other media types are left to the
 * route, which says what it takes.
 */
export function readJsonBody(limits: BodyLimits, parser: BodyParser): RequestHandler {
  const room = createBodyRoom(limits.bodiesBytes);
  const decoding = createGate(DECODING);

  async function decoded(received: Uint8Array, encoding: string, take: (bytes: number) => void) {
    if (encoding === 'identity') return received;
    const bytes = await decoding.pass(() => decodeBody(received, encoding, limits.bodyBytes));
    take(bytes.length);
    return bytes;
  }

  return async (request, response, next) => {
    if (!hasBody(request) || !isJson(request.headers['content-type'])) return next();
    const encoding = encodingOfJson(request);
    const space = room.enter();
    response.once('close', () => space.leave());
    const take = (bytes: number): void => {
      if (!space.take(bytes)) throw noRoom();
    };
    const received = await readBody(request, limits.bodyBytes, take);
    const bytes = await decoded(received, encoding, take);
    response.locals['bodyBytes'] = bytes.length;
    request.body = await parser.parse(bytes);
    next();
  };
}

/** After decompression; 0 for a request without one. */
export function bodyBytesOf(response: Response): number {
  const bytes: unknown = response.locals['bodyBytes'];
  return typeof bytes === 'number' ? bytes : 0;
}

// https://www.rfc-editor.org/rfc/rfc9112#section-6.3
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isUtf8Charset(mediaType = ''): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(mediaType) ?? [];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** Passes over a body that it refuses. @throws ProtocolError 415 */
function encodingOfJson(request: IncomingMessage): string {
  try {
    if (!isUtf8Charset(request.headers['content-type']))
      throw refuse(415, 'not-supported', 'the charset of the body is not supported; it must be UTF-8');
    return encodingOf(request.headers['content-encoding']);
  } catch (error) {
    passOver(request);
    throw error;
  }
}

function noRoom(): Error {
  const diagnostics = 'the server is reading the maximum number of large requests; repeat the request later';
  return refuse(503, 'throttled', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
}
