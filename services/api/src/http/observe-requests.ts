import type { Events } from '@millrace/observability';
import type { RequestHandler } from 'express';
import { brokenOffStatus } from './break-off.js';
import type { OpenRequests } from './open-requests.js';
import { requestIdOf } from './request-id.js';
import { routePattern } from './route-pattern.js';

/** As nginx has it: the client went away before it had the answer. */
const CLIENT_CLOSED_REQUEST = 499;

export type ObservedEvents = Pick<Events, 'requestServed' | 'requestFailed' | 'requestThrottled'>;

export function observeRequests(events: ObservedEvents, open: Pick<OpenRequests, 'opened'>): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const closed = open.opened(request, response);
    response.once('close', () => {
      closed();
      events.requestServed({
        requestId: requestIdOf(response),
        method: request.method,
        route: routePattern(request),
        status: response.writableFinished
          ? response.statusCode
          : (brokenOffStatus(response) ?? CLIENT_CLOSED_REQUEST),
        durationMs: Math.round(performance.now() - startedAt),
      });
    });
    next();
  };
}
