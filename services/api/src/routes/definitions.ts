import type { Definitions } from '@millrace/definitions';
import type { Events } from '@millrace/observability';
import { refuse } from '@millrace/protocol';
import { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import { deletedAnswer, foundAnswer, searchAnswer, storedAnswer } from '../definition-answers.js';
import { readDefinitionQuery } from '../definition-query.js';
import { isJson } from '../http/json-body.js';
import { refuseMethod } from '../http/refuse-method.js';
import { requestIdOf } from '../http/request-id.js';
import { sendAnswer } from '../http/send-answer.js';

export interface DefinitionPorts {
  readonly definitions: Definitions;
  readonly events: Pick<Events, 'definitionChanged'>;
  readonly baseUrl: string;
}

/** The RESTful interactions of ViewDefinition (https://hl7.org/fhir/http.html), below the FHIR base. */
export function definitionRoutes(ports: DefinitionPorts): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/ViewDefinition')
    .get(searchDefinitions(ports))
    .post(createDefinition(ports))
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/ViewDefinition/:id')
    .get(readDefinition(ports))
    .put(updateDefinition(ports))
    .delete(deleteDefinition(ports))
    .all(refuseMethod('GET', 'PUT', 'DELETE'));
  return router;
}

function createDefinition({ definitions, events, baseUrl }: DefinitionPorts): RequestHandler {
  return async (request, response) => {
    const definition = await definitions.create(bodyOf(request));
    const { id, versionId } = definition;
    events.definitionChanged({ requestId: requestIdOf(response), id, versionId, change: 'created' });
    sendAnswer(response, storedAnswer(definition, 'created', baseUrl));
  };
}

function updateDefinition({ definitions, events, baseUrl }: DefinitionPorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const { definition, outcome } = await definitions.update(id, bodyOf(request), ifMatchOf(request));
    const { versionId } = definition;
    events.definitionChanged({ requestId: requestIdOf(response), id, versionId, change: outcome });
    sendAnswer(response, storedAnswer(definition, outcome, baseUrl));
  };
}

function readDefinition({ definitions }: DefinitionPorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const read = await definitions.read(id);
    if (read.kind === 'absent') throw refuse(404, 'not-found', `ViewDefinition/${id} does not exist`);
    if (read.kind === 'deleted') throw refuse(410, 'deleted', `ViewDefinition/${id} was deleted`);
    sendAnswer(response, foundAnswer(read.definition, request.get('If-None-Match')));
  };
}

function deleteDefinition({ definitions, events }: DefinitionPorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const versionId = await definitions.remove(id, ifMatchOf(request));
    if (versionId !== undefined) {
      events.definitionChanged({ requestId: requestIdOf(response), id, versionId, change: 'deleted' });
    }
    sendAnswer(response, deletedAnswer(versionId));
  };
}

function searchDefinitions({ definitions, baseUrl }: DefinitionPorts): RequestHandler {
  return async (request, response) => {
    const found = await definitions.search(readDefinitionQuery(request.query));
    const self = `${baseUrl}${request.url}`;
    sendAnswer(response, searchAnswer(found, baseUrl, self));
  };
}

function bodyOf(request: Request<never> | Request): unknown {
  const mediaType = request.headers['content-type'];
  if (mediaType !== undefined && !isJson(mediaType)) {
    throw refuse(415, 'not-supported', 'the body must be application/fhir+json');
  }
  return request.body as unknown;
}

function ifMatchOf(request: { get(name: 'If-Match'): string | undefined }): string | undefined {
  const given = request.get('If-Match');
  if (given === undefined) return undefined;
  const version = /^(?:W\/)?"(\d{1,10})"$/.exec(given.trim())?.[1];
  if (version === undefined) throw refuse(400, 'invalid', 'If-Match must be one version tag, such as W/"3"');
  return version;
}
