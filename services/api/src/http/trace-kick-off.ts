import { readTraceparent } from '@millrace/observability';
import type { Span, Tracing } from '@millrace/observability';
import type { Request, Response } from 'express';
import { routePattern } from './route-pattern.js';

/**
 * Begins the span of a kick-off, below the one that the client names in `traceparent`. It ends with the answer. Where this process
 * records nothing, it stands for that of the client.
 */
export function traceKickOff(
  tracing: Tracing,
  operation: string,
  request: Pick<Request, 'get' | 'method'> & Parameters<typeof routePattern>[0],
  response: Response,
): Span {
  const header = request.get('traceparent');
  const parent = readTraceparent(header) === undefined ? undefined : header;
  const attributes = {
    'http.request.method': request.method,
    'http.route': routePattern(request),
    'millrace.operation': operation,
  };
  const span = tracing.begin('kick-off', { parent, kind: 'server', attributes });
  if (tracing.isOn) {
    response.once('close', () => {
      const { statusCode } = response;
      span.set({ 'http.response.status_code': statusCode });
      span.end(statusCode >= 500 ? String(statusCode) : undefined);
    });
  }
  return span;
}
