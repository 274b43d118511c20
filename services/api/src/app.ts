import { parse as parseQuery } from 'node:querystring';
import express from 'express';
import type { Express } from 'express';
import { auditRefusals } from './audit/audit-refusals.js';
import type { RefusalPorts } from './audit/audit-refusals.js';
import { identifyClients } from './auth/identify.js';
import type { Identification } from './auth/identify.js';
import type { AllowedOrigins } from './cors-section.js';
import { answerErrors } from './http/answer-errors.js';
import type { BodyParser } from './http/body-parser.js';
import { allowOrigins } from './http/cross-origin.js';
import { readDollarPaths } from './http/dollar-paths.js';
import { readJsonBody } from './http/json-body.js';
import type { BodyLimits } from './http/json-body.js';
import { observeRequests } from './http/observe-requests.js';
import type { ObservedEvents } from './http/observe-requests.js';
import type { OpenRequests } from './http/open-requests.js';
import { refuseMethod } from './http/refuse-method.js';
import { chooseRepresentation } from './http/representation.js';
import { requireHost } from './http/require-host.js';
import { identifyRequest } from './http/request-id.js';
import { securityHeaders } from './http/security-headers.js';
import { refuseMisplacedOperation, refuseUnknownAddress } from './http/unknown-address.js';
import { fhirRoutes } from './route-table.js';
import type { FhirPorts } from './route-table.js';
import { mountRoutes } from './routing/mount-routes.js';
import { serveClients } from './routing/serve-route.js';
import type { ServePorts } from './routing/serve-route.js';

export type AppPorts = FhirPorts &
  ServePorts & {
    readonly bodies: BodyLimits;
    readonly origins: AllowedOrigins;
    readonly bodyParser: BodyParser;
    readonly openRequests: OpenRequests;
    readonly auth: Identification;
    /** Addresses and networks of proxies. */
    readonly proxies: readonly string[];
    readonly events: ObservedEvents & RefusalPorts['events'];
    readonly refusals: RefusalPorts['refusals'];
  };

/** Reads a query to its end: Node drops parameters behind the first 1000, and a filter must not be lost. */
function readQueryString(text: string): ReturnType<typeof parseQuery> {
  return parseQuery(text, undefined, undefined, { maxKeys: 0 });
}

/** The FHIR API: rules for every request, and the rows of the route table. */
export function createApp(ports: AppPorts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', readQueryString);
  app.set('trust proxy', [...ports.proxies]);
  app.use(identifyRequest, observeRequests(ports.events, ports.openRequests), securityHeaders(ports.baseUrl));
  app.use(auditRefusals(ports));
  // Before a request can be refused, so that a page can read why.
  const crossOrigin = allowOrigins(ports.origins);
  if (crossOrigin !== undefined) app.use(crossOrigin);
  app.use(requireHost, readDollarPaths, chooseRepresentation, identifyClients(ports.auth));
  app.use(readJsonBody(ports.bodies, ports.bodyParser));
  app.use(refuseMisplacedOperation);
  app.use(mountRoutes(fhirRoutes(ports), serveClients(ports), (allowed) => refuseMethod(...allowed)));
  app.use(refuseUnknownAddress);
  app.use(answerErrors(ports.events));
  return app;
}
