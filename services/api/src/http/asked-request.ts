import type { KickOffRequest } from '@millrace/protocol';
import type { Request } from 'express';
import type { PathParameters } from '../routing/route.js';

/** A request to an operation, without the connection. */
export function askedRequest({
  method,
  headers,
  query,
  params,
  body,
  originalUrl,
}: Request<PathParameters>): KickOffRequest {
  return {
    method,
    headers,
    query,
    search: /\?.*$/s.exec(originalUrl)?.[0] ?? '',
    // Unset when there was none, or when it was not JSON.
    body: body as unknown,
    ...(params.id === undefined ? {} : { instanceId: params.id }),
  };
}
