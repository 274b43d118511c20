import { pipeline } from 'node:stream/promises';
import { gzipTag, hasVersion, refuse, requireMatch } from '@millrace/protocol';
import type { ContentCoding } from '@millrace/protocol';
import { gunzipStream } from '@millrace/storage';
import type { CommittedObjects, CommittedVersion } from '@millrace/storage';
import type { Request, Response } from 'express';
import { isPrematureClose, spanOf } from './send-object.js';
import type { SendingRoom, SentObject } from './send-object.js';

/** An object that is stored in gzip, and the headers of its content, among them its ETag. */
export interface PackedObject extends CommittedVersion {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly unpacked: { readonly bytes: number };
  /** Those that the client takes, at least one. */
  readonly codings: readonly ContentCoding[];
}

const RETRY_AFTER_SECONDS = 2;

/**
 * Sends an object that is stored in gzip. To clients that take gzip it goes as it is stored, or the one range of that which is
 * asked for. For others it is unpacked on the way, and a range of it is the whole. Each form has an ETag of its own.
 *
 * @throws as `sendObject` does; 503 also while the maximum number of files is being unpacked
 */
export async function sendPacked(
  request: Request,
  response: Response,
  objects: CommittedObjects,
  object: PackedObject,
  { downloads, gzips }: SendingRoom,
  tenant: string,
): Promise<SentObject> {
  const { key, bytes, headers, codings, unpacked } = object;
  const tags = { identity: headers['ETag'] ?? '', gzip: gzipTag(headers['ETag'] ?? '') };
  const form = codings.includes('gzip') ? 'gzip' : 'identity';
  response.vary('Accept-Encoding');
  const head = (status: number, more: Readonly<Record<string, string>>): void => {
    response.status(status).set({ ...headers, ETag: tags[form], ...more });
  };
  requireMatch(request.get('If-Match'), [tags[form]]);
  if (hasVersion(request.get('If-None-Match'), tags[form])) {
    head(304, {});
    response.end();
    return { status: 304, bytesSent: 0, complete: true };
  }
  const span = form === 'gzip' ? spanOf(request, tags.gzip, bytes) : { status: 200, start: 0, end: bytes };
  if (span === undefined) {
    head(416, { 'Content-Range': `bytes */${bytes}` });
    response.end();
    return { status: 416, bytesSent: 0, complete: true };
  }
  const { status, start, end } = span;
  const isHead = request.method === 'HEAD';
  using _room = isHead || form === 'gzip' ? undefined : unpackingRoom(gzips, tenant);
  const slot = downloads.enter(tenant, () => response.destroy());
  const more =
    form === 'identity'
      ? { 'Accept-Ranges': 'none', 'Content-Length': String(unpacked.bytes) }
      : {
          'Accept-Ranges': 'bytes',
          'Content-Encoding': 'gzip',
          'Content-Length': String(end - start),
          ...(status === 206 ? { 'Content-Range': `bytes ${start}-${end - 1}/${bytes}` } : {}),
        };
  let bytesSent = 0;
  try {
    const range = isHead ? { start, end: start } : { start, end };
    const stored = await begun(objects.stream(key, range, object));
    head(status, more);
    if (isHead) {
      response.end();
      return { status, bytesSent, complete: true };
    }
    const content = form === 'gzip' ? stored : gunzipStream(stored, key);
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of content) {
        bytesSent += chunk.length;
        yield chunk;
        slot.taken();
      }
    };
    await pipeline(counted, response);
    return { status, bytesSent, complete: true };
  } catch (error) {
    if (isPrematureClose(error)) return { status, bytesSent, complete: false };
    throw error;
  } finally {
    slot.leave();
  }
}

/** The chunks, of which the first has come: while nothing is sent, a fault of the store is answered with an outcome. */
async function begun(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const rest = chunks[Symbol.asyncIterator]();
  const first = await rest.next();
  return (async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  })();
}

function unpackingRoom(gzips: SendingRoom['gzips'], tenant: string): Disposable {
  const leave = gzips.enter(tenant);
  if (leave !== undefined) return { [Symbol.dispose]: leave };
  const diagnostics =
    'the server is unpacking the maximum number of files; repeat the request later, or take the file in gzip';
  throw refuse(503, 'throttled', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
}
