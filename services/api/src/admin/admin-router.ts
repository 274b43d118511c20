import { errorAnswer } from '@millrace/protocol';
import express, { Router } from 'express';
import type { ErrorRequestHandler } from 'express';
import type { AuditPorts } from '../audit/audited.js';
import { identifyRequest, requestIdOf } from '../http/request-id.js';
import { nameRedisOutage } from '../redis-outage.js';
import { admit } from './admission.js';
import type { Admission } from './admission.js';
import { auditEventSearch } from './audit-event-search.js';
import type { AuditEventPorts } from './audit-event-search.js';
import { exportRoutes } from './export-routes.js';
import type { AdminExportPorts } from './export-routes.js';
import { AdminError } from './errors.js';
import { taskRoutes } from './task-routes.js';
import type { AdminTaskPorts } from './task-routes.js';
import { workerRoutes } from './worker-routes.js';

const ADMIN_PATH = '/admin';

export type AdminPorts = AuditPorts &
  AuditEventPorts &
  AdminExportPorts &
  AdminTaskPorts & { readonly admission: Admission };

/** What operators see and may change, below `/admin` of the operations listener. Answers are JSON. */
export function adminRouter(ports: AdminPorts): Router {
  const router = Router();
  const admin = Router({ caseSensitive: true });
  admin.use(identifyRequest, admit(ports.admission), express.json({ limit: '16kb' }));
  admin.use(taskRoutes(ports), exportRoutes(ports), workerRoutes(ports), auditEventSearch(ports));
  admin.use((request) => {
    throw new AdminError(404, `there is nothing at ${request.method} ${ADMIN_PATH}${request.path}`);
  });
  admin.use(answerAdminErrors);
  router.use(ADMIN_PATH, admin);
  return router;
}

/** `{"error": "…"}`: what was wrong and what would be right. */
const answerAdminErrors: ErrorRequestHandler = (thrown, _request, response, _next) => {
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

/** Status of what `express.json` throws; undefined for other errors. */
function unreadableBody(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' && error.status < 500 ? error.status : undefined;
}
