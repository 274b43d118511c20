import type { Events } from '@millrace/observability';
import { errorAnswer } from '@millrace/protocol';
import type { ErrorRequestHandler } from 'express';
import { challengeOf } from '../auth/challenge.js';
import { nameRedisOutage } from '../redis-outage.js';
import { breakOff } from './break-off.js';
import { issueCodeOf, rememberIssueCode } from './issue-code.js';
import { requestIdOf } from './request-id.js';
import { routePattern } from './route-pattern.js';
import { sendAnswer } from './send-answer.js';

/** Every error becomes the OperationOutcome that the protocol's table has for it. */
export function answerErrors(
  events: Pick<Events, 'requestFailed' | 'requestThrottled'>,
): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = nameRedisOutage(thrown);
    const requestId = requestIdOf(response);
    const answer = errorAnswer(error, requestId);
    const challenge = challengeOf(error);
    if (challenge !== undefined && !response.headersSent) response.set('WWW-Authenticate', challenge);
    rememberIssueCode(response, answer.body);
    const about = { requestId, method: request.method, route: routePattern(request), status: answer.status };
    if (issueCodeOf(response) === 'throttled') events.requestThrottled(about);
    else if (answer.status >= 500) events.requestFailed({ ...about, err: error });
    // The start of the answer cannot be taken back: cutting the connection shows the client that it is not
    // complete.
    if (response.headersSent) breakOff(response, answer.status);
    else sendAnswer(response, answer);
  };
}
