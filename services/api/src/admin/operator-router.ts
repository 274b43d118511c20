import { errorAnswer } from '@millrace/protocol';
import type { Refusal } from '@millrace/protocol/admin';
import express, { Router } from 'express';
import type { ErrorRequestHandler, Response } from 'express';
import type { AuditPorts } from '../audit/begin-audit.js';
import { identifyRequest, requestIdOf } from '../http/request-id.js';
import { nameRedisOutage } from '../redis-outage.js';
import { ADMIN_PATH, operatorRoutes } from '../route-table.js';
import type { OperatorPorts } from '../route-table.js';
import { mountRoutes } from '../routing/mount-routes.js';
import { serveOperators } from '../routing/serve-route.js';
import { admit } from './admission.js';
import type { Admission } from './admission.js';
import { AdminError } from './errors.js';

/** The API adds these routes to the operations listener; answers below `/admin` are JSON. */
export function operatorRouter(
  ports: OperatorPorts & AuditPorts & { readonly admission: Admission },
): Router {
  const router = Router();
  router.use(ADMIN_PATH, identifyRequest, admit(ports.admission), express.json({ limit: '16kb' }));
  router.use(mountRoutes(operatorRoutes(ports), serveOperators(ports)));
  router.use(ADMIN_PATH, (request) => {
    throw new AdminError(404, `there is nothing at ${request.method} ${ADMIN_PATH}${request.path}`);
  });
  router.use(ADMIN_PATH, answerAdminErrors);
  return router;
}

/** `{"error": "…"}`: says what was wrong and what would be right. */
const answerAdminErrors: ErrorRequestHandler = (thrown, _request, response: Response<Refusal>, _next) => {
  const error: unknown = nameRedisOutage(thrown);
  if (error instanceof AdminError) {
    response.status(error.status).json({ error: error.message });
    return;
  }
  const status = unreadableBody(error);
  if (status !== undefined) {
    response.status(status).json({ error: 'the body cannot be read; it must be JSON of at most 16 KB' });
    return;
  }
  const isAway = errorAnswer(error, requestIdOf(response)).status === 503;
  response
    .status(isAway ? 503 : 500)
    .json({ error: isAway ? 'Redis or the object store does not answer' : 'the server failed' });
};

/** Status of an error of `express.json`; undefined for other errors. */
function unreadableBody(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' && error.status < 500 ? error.status : undefined;
}
