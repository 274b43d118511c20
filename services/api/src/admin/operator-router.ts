import { errorAnswer } from '@millrace/protocol';
import type { Refusal } from '@millrace/protocol/admin';
import express, { Router } from 'express';
import type { ErrorRequestHandler, Response } from 'express';
import { auditRefusals } from '../audit/audit-refusals.js';
import type { RefusalPorts } from '../audit/audit-refusals.js';
import { identifyRequest, requestIdOf } from '../http/request-id.js';
import { nameRedisOutage } from '../redis-outage.js';
import { ADMIN_PATH, CONSOLE_PATH, operatorRoutes } from '../route-table.js';
import type { OperatorPorts } from '../route-table.js';
import { mountRoutes } from '../routing/mount-routes.js';
import { serveOperators } from '../routing/serve-route.js';
import { admit, requireChangeAsked } from './admission.js';
import type { Admission } from './admission.js';
import { AdminError } from './errors.js';

/** The API adds these routes to the operations listener: `/admin`, and the pages `/ops` and `/ops/queues`. All errors are JSON. */
export function operatorRouter(
  ports: OperatorPorts & RefusalPorts & { readonly admission: Admission },
): Router {
  const router = Router();
  const all = [ADMIN_PATH, CONSOLE_PATH];
  router.use(all, identifyRequest, auditRefusals(ports), admit(ports.admission));
  router.use(ADMIN_PATH, requireChangeAsked, express.json({ limit: '16kb' }));
  router.use(mountRoutes(operatorRoutes(ports), serveOperators(ports)));
  router.use(all, (request) => {
    throw new AdminError(404, `there is nothing at ${request.method} ${request.baseUrl}${request.path}`);
  });
  router.use(all, answerAdminErrors);
  return router;
}

/** `{"error": "…"}`: says what was wrong and what would be right. */
const answerAdminErrors: ErrorRequestHandler = (thrown, _request, response: Response<Refusal>, _next) => {
  const error: unknown = nameRedisOutage(thrown);
  if (error instanceof AdminError) {
    response.status(error.status).json({ error: error.message });
    return;
  }
  if (error instanceof URIError) {
    response
      .status(400)
      .json({ error: 'the address holds a percent sign without two hex digits behind it, or no UTF-8' });
    return;
  }
  const status = unreadableBody(error);
  if (status !== undefined) {
    response.status(status).json({ error: 'the body cannot be read; it must be JSON of at most 16 KB' });
    return;
  }
  const { status: known, error: words } = failureWords(error, requestIdOf(response));
  response.status(known).json({ error: words });
};

/** Says why something failed without quoting the error, which may be of any kind. */
export function failureWords(thrown: unknown, requestId = ''): { status: 503 | 500; error: string } {
  const isAway = errorAnswer(nameRedisOutage(thrown), requestId).status === 503;
  return isAway
    ? { status: 503, error: 'Redis or the object store does not answer' }
    : { status: 500, error: 'the server failed' };
}

/** Status of an error of `express.json`; undefined for other errors. */
function unreadableBody(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' && error.status < 500 ? error.status : undefined;
}
