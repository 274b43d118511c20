import { hasVersion, requireMatch } from '@millrace/protocol';
import type { Request, Response } from 'express';
import type { SentObject } from './send-object.js';

/**
 * Sends content that was made for this answer, whole: it is small.
 *
 * @param headers among them its ETag
 * @throws ProtocolError 412 for another version than `If-Match` names
 */
export function sendContent(
  request: Request,
  response: Response,
  content: Buffer,
  headers: Readonly<Record<string, string>>,
): SentObject {
  requireMatch(request.get('If-Match'), [headers['ETag'] ?? '']);
  response.set({ ...headers, 'Accept-Ranges': 'none' });
  if (hasVersion(request.get('If-None-Match'), headers['ETag'] ?? '')) {
    response.status(304).end();
    return { status: 304, bytesSent: 0, complete: true };
  }
  response.status(200).set('Content-Length', String(content.length));
  const isAsked = request.method !== 'HEAD';
  response.end(isAsked ? content : undefined);
  return { status: 200, bytesSent: isAsked ? content.length : 0, complete: true };
}
