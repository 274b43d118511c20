import { isExportId } from '@millrace/export';
import { EXPORT_OPERATIONS, EXPORT_ROUTES, operationPath, refuse } from '@millrace/protocol';
import express, { Router } from 'express';
import type { Express } from 'express';
import { audited } from './audit/audited.js';
import type { AuditPorts } from './audit/audited.js';
import { answerErrors } from './http/answer-errors.js';
import type { BodyParser } from './http/body-parser.js';
import { readDollarPaths } from './http/dollar-paths.js';
import { readJsonBody } from './http/json-body.js';
import type { BodyLimits } from './http/json-body.js';
import { observeRequests } from './http/observe-requests.js';
import type { ObservedEvents } from './http/observe-requests.js';
import { refuseMethod } from './http/refuse-method.js';
import { chooseRepresentation } from './http/representation.js';
import { requireHost } from './http/require-host.js';
import { identifyRequest } from './http/request-id.js';
import { securityHeaders } from './http/security-headers.js';
import { cancelRoute } from './routes/cancel.js';
import type { CancelRoutePorts } from './routes/cancel.js';
import {
  createDefinition,
  deleteDefinition,
  readDefinition,
  searchDefinitions,
  updateDefinition,
} from './routes/definitions.js';
import type { DefinitionPorts } from './routes/definitions.js';
import { deleteResultRoute } from './routes/delete-result.js';
import type { DeleteResultPorts } from './routes/delete-result.js';
import { fileRoute } from './routes/file.js';
import type { FilePorts } from './routes/file.js';
import { kickOffRoute } from './routes/kick-off.js';
import type { KickOffRoutePorts } from './routes/kick-off.js';
import { metadataRoute, operationDefinitionRoute } from './routes/metadata.js';
import type { PublishedServer } from './routes/metadata.js';
import { resultRoute } from './routes/result.js';
import { statusRoute } from './routes/status.js';
import type { StatusPorts } from './routes/status.js';

export type AppPorts = AuditPorts &
  KickOffRoutePorts &
  StatusPorts &
  CancelRoutePorts &
  DeleteResultPorts &
  FilePorts &
  DefinitionPorts & {
    readonly server: PublishedServer;
    readonly bodies: BodyLimits;
    readonly bodyParser: BodyParser;
    readonly events: ObservedEvents & AuditPorts['events'];
  };

const FHIR_PATH = '/fhir';

/** Every address of the API. Each operation has a file in `routes/`. */
export function createApp(ports: AppPorts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(identifyRequest, observeRequests(ports.events), securityHeaders(ports.baseUrl));
  app.use(requireHost, readDollarPaths, chooseRepresentation);
  app.use(readJsonBody(ports.bodies, ports.bodyParser));
  app.use(fhirRoutes(ports));
  app.use(() => {
    throw refuse(404, 'not-found', 'there is nothing at this address; the FHIR base ends with /fhir');
  });
  app.use(answerErrors(ports.events));
  return app;
}

function fhirRoutes(ports: AppPorts): Router {
  const router = Router({ caseSensitive: true });
  // First, because an operation on ViewDefinition looks like the address of a ViewDefinition.
  for (const operation of EXPORT_OPERATIONS) {
    for (const level of operation.levels) {
      router.all(
        `${FHIR_PATH}${operationPath(operation, level)}`,
        audited(ports, 'kick-off', kickOffRoute(ports, operation, level)),
      );
    }
  }
  router
    .route(`${FHIR_PATH}${EXPORT_ROUTES.status}`)
    .get(statusRoute(ports))
    .delete(audited(ports, 'cancel', cancelRoute(ports), { targetOf: ({ params }) => exportOf(params.id) }))
    .all(refuseMethod('GET', 'DELETE'));
  router
    .route(`${FHIR_PATH}${EXPORT_ROUTES.result}`)
    .get(resultRoute(ports))
    .delete(
      audited(ports, 'delete', deleteResultRoute(ports), { targetOf: ({ params }) => exportOf(params.id) }),
    )
    .all(refuseMethod('GET', 'DELETE'));
  router
    .route(`${FHIR_PATH}${EXPORT_ROUTES.file}`)
    .get(
      audited(ports, 'download', fileRoute(ports), {
        targetOf: ({ params }) => ({ ...exportOf(params.id), ...fileOf(params.name) }),
      }),
    )
    .all(refuseMethod('GET'));
  router.route(`${FHIR_PATH}/metadata`).get(metadataRoute(ports.server)).all(refuseMethod('GET'));
  router
    .route(`${FHIR_PATH}/OperationDefinition/:id`)
    .get(operationDefinitionRoute(ports.server))
    .all(refuseMethod('GET'));
  router
    .route(`${FHIR_PATH}/ViewDefinition`)
    .get(searchDefinitions(ports))
    .post(createDefinition(ports))
    .all(refuseMethod('GET', 'POST'));
  router
    .route(`${FHIR_PATH}/ViewDefinition/:id`)
    .get(readDefinition(ports))
    .put(updateDefinition(ports))
    .delete(deleteDefinition(ports))
    .all(refuseMethod('GET', 'PUT', 'DELETE'));
  return router;
}

function fileOf(name: string): { readonly object?: string } {
  return /^[\w.-]{1,128}$/.test(name) ? { object: name } : {};
}

/** What is no id is not written down: a client may send anything. */
function exportOf(id: string): { readonly exportId?: string } {
  return isExportId(id) ? { exportId: id } : {};
}
