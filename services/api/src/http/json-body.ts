import type { IncomingMessage } from 'node:http';
import { refuse } from '@millrace/protocol';
import type { RequestHandler, Response } from 'express';
import type { BodyParser } from './body-parser.js';
import { createBodyRoom } from './body-room.js';
import { readBody } from './read-body.js';

export interface BodyLimits {
  /** Bytes of one body, after decompression. */
  readonly bodyBytes: number;
  /** Bytes of the bodies of all requests that are not answered yet. */
  readonly bodiesBytes: number;
}

/** When a client whose body found no room should ask again. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Reads JSON of any kind, within limits that hold before anything is made of its bytes; other media types are left to the
 * route, which says what it takes.
 */
export function readJsonBody(limits: BodyLimits, parser: BodyParser): RequestHandler {
  const room = createBodyRoom(limits.bodiesBytes);
  return async (request, response, next) => {
    const mediaType = request.headers['content-type'];
    if (!hasBody(request) || !isJson(mediaType)) return next();
    if (!isUtf8Charset(mediaType)) {
      request.resume();
      throw refuse(415, 'not-supported', 'the charset of the body is not supported; it must be UTF-8');
    }
    const space = room.enter();
    response.once('close', () => space.leave());
    const bytes = await readBody(request, limits.bodyBytes, (chunk) => {
      if (!space.take(chunk.length)) throw noRoom();
    });
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

export function isJson(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(mediaType);
}

// https://www.rfc-editor.org/rfc/rfc9112#section-6.3
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isUtf8Charset(mediaType = ''): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(mediaType) ?? [];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

function noRoom(): Error {
  const diagnostics = 'the server reads as many large requests as it may at a time; repeat the request later';
  return refuse(503, 'throttled', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
}
