import type { IncomingMessage } from 'node:http';
import { isJson, refuse } from '@millrace/protocol';
import { createGate, ownRound } from '@millrace/threads';
import type { RequestHandler, Response } from 'express';
import type { BodyParser } from './body-parser.js';
import { createBodyRoom } from './body-room.js';
import type { BodySpace } from './body-room.js';
import { decodeBody, encodingOf } from './decode-body.js';
import { passOver, readBody } from './read-body.js';
import type { JsonRead } from './read-json.js';
import { isIdentified, principalOf } from '../auth/identify.js';
import { wantedTexts } from './body-texts.js';

export interface BodyLimits {
  /** Bytes of one body, after decompression. */
  readonly bodyBytes: number;
  /** The same for the clients of a tenant, where that is less. */
  bodyBytesOf?(tenant: string): number | undefined;
  /** Memory for the bodies of all requests that are not answered yet. */
  readonly bodiesBytes: number;
  /** For those of one tenant. Absent: all of it. */
  readonly bodiesBytesOfTenant?: number;
}

/** A decoder has up to 16 MiB of its own, and needs some milliseconds for a body of the largest size. */
const DECODING = { atOnce: 2, mostWaiting: 200, patienceMs: 5_000 };

/** Memory that a value takes beside its text. */
const VALUE_BYTES = 64;

/** The values of a larger body take a route some milliseconds to read. */
const LARGE_BYTES = 32 << 10;

/** When a client whose body found no room should ask again. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Reads JSON of any kind, within limits that hold before anything is made of its bytes; other media types are left to the
 * route, which says what it takes.
 */
export function readJsonBody(limits: BodyLimits, parser: BodyParser): RequestHandler {
  const room = createBodyRoom(limits.bodiesBytes, limits.bodiesBytesOfTenant);
  const decoding = createGate(DECODING);

  /** The room for the bytes is given back once they are read, even where the client is gone before. */
  async function read(
    request: IncomingMessage & { readonly path: string },
    encoding: string,
    mostBytes: number,
    tenant: string,
  ): Promise<JsonRead & { bytes: number }> {
    using received = room.enter(tenant);
    await readBody(request, mostBytes, into(received));
    using decoded = room.enter(tenant);
    const isPlain = encoding === 'identity';
    if (!isPlain)
      await decoding.pass(() => decodeBody(received.pieces(), encoding, mostBytes, into(decoded)), tenant);
    const body = isPlain ? received : decoded;
    return { ...(await parser.parse(body.pieces(), wantedTexts(request), tenant)), bytes: body.length };
  }

  return async (request, response, next) => {
    if (!hasBody(request)) return next();
    // Nothing is kept of a body whose sender is not known: the route refuses the request.
    if (!isIdentified(response) || !isJson(request.headers['content-type'])) return next();
    const { tenant } = principalOf(response);
    const { value, values, bytes, texts } = await read(
      request,
      encodingOfJson(request),
      Math.min(limits.bodyBytes, limits.bodyBytesOf?.(tenant) ?? Infinity),
      tenant,
    );
    const copied = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    const leave = room.hold(bytes + copied + values * VALUE_BYTES, tenant);
    if (leave === undefined) throw noRoom();
    if (response.closed) leave();
    else response.once('close', leave);
    if (bytes > LARGE_BYTES) await ownRound();
    response.locals['bodyBytes'] = bytes;
    response.locals['bodyTexts'] = texts;
    request.body = value;
    next();
  };
}

function into(space: BodySpace): (bytes: Uint8Array) => void {
  return (bytes) => {
    if (!space.append(bytes)) throw noRoom();
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
