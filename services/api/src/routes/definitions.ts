import { definitionQuerySchema } from '@millrace/definitions';
import type { Definition, Definitions } from '@millrace/definitions';
import type { Owner } from '@millrace/export';
import type { Events } from '@millrace/observability';
import {
  definitionDeletedAnswer,
  definitionFoundAnswer,
  definitionJson,
  definitionStoredAnswer,
  handlingOf,
  readDefinitionBody,
  readDefinitionQuery,
  readPreferences,
  readVersionCondition,
  refuse,
  refuseConditionalCreate,
  searchPieces,
} from '@millrace/protocol';
import { ownRound } from '@millrace/threads';
import type { Request, Response } from 'express';
import { requireAcceptable } from '../http/representation.js';
import { requestIdOf } from '../http/request-id.js';
import { sendAnswer } from '../http/send-answer.js';
import { sendPieces } from '../http/send-pieces.js';
import type { ClientRoute } from '../routing/route.js';

export interface DefinitionPorts {
  definitionsOf(tenant: string): Definitions;
  readonly events: Pick<Events, 'definitionChanged'>;
  readonly baseUrl: string;
}

// https://hl7.org/fhir/http.html
// A definition may have a million characters: the JSON of each is made in a round of the event loop of its own.

export function createDefinition({
  definitionsOf,
  events,
  baseUrl,
}: DefinitionPorts): ClientRoute['handler'] {
  return async (request, response, { tenant }) => {
    requireAcceptable(response);
    refuseConditionalCreate(request.get('If-None-Exist'));
    const preferences = readPreferences(request.get('Prefer'));
    const stored = await definitionsOf(tenant).create(bodyOf(request), handlingOf(preferences));
    const { id, versionId } = stored.definition;
    const doubts = stored.warnings.length;
    events.definitionChanged({ requestId: requestIdOf(response), id, versionId, change: 'created', doubts });
    await ownRound();
    sendAnswer(response, definitionStoredAnswer(stored, 'created', baseUrl, preferences.get('return')));
  };
}

export function updateDefinition({ definitionsOf, events, baseUrl }: DefinitionPorts) {
  return async (request: Request<{ id: string }>, response: Response, { tenant }: Owner): Promise<void> => {
    requireAcceptable(response);
    const { id } = request.params;
    const preferences = readPreferences(request.get('Prefer'));
    const handling = handlingOf(preferences);
    const stored = await definitionsOf(tenant).update(id, bodyOf(request), ifMatchOf(request), handling);
    const { versionId } = stored.definition;
    const doubts = stored.warnings.length;
    events.definitionChanged({
      requestId: requestIdOf(response),
      id,
      versionId,
      change: stored.outcome,
      doubts,
    });
    await ownRound();
    sendAnswer(response, definitionStoredAnswer(stored, stored.outcome, baseUrl, preferences.get('return')));
  };
}

/** With a version only where it is the latest one: earlier versions are not told. */
export function readDefinition({ definitionsOf }: DefinitionPorts) {
  return async (
    request: Request<{ id: string; version?: string }>,
    response: Response,
    { tenant }: Owner,
  ): Promise<void> => {
    const { id, version } = request.params;
    const read = await definitionsOf(tenant).read(id);
    if (read.kind === 'absent') throw refuse(404, 'not-found', `ViewDefinition/${id} does not exist`);
    if (read.kind === 'deleted') throw refuse(410, 'deleted', `ViewDefinition/${id} was deleted`);
    const { versionId } = read.definition;
    if (version !== undefined && version !== versionId) {
      const asked = JSON.stringify(version.slice(0, 100));
      const diagnostics = `version ${asked} of ViewDefinition/${id} is not kept; its version is ${versionId}`;
      throw refuse(404, 'not-found', diagnostics);
    }
    const { status, headers } = definitionFoundAnswer(read.definition, request.get('If-None-Match'));
    if (status === 304) return sendAnswer(response, { status, headers });
    response.set(headers);
    await sendPieces(response, jsonOf(read.definition));
  };
}

export function deleteDefinition({ definitionsOf, events }: DefinitionPorts) {
  return async (request: Request<{ id: string }>, response: Response, { tenant }: Owner): Promise<void> => {
    const { id } = request.params;
    const versionId = await definitionsOf(tenant).remove(id, ifMatchOf(request));
    if (versionId !== undefined) {
      events.definitionChanged({ requestId: requestIdOf(response), id, versionId, change: 'deleted' });
    }
    sendAnswer(response, definitionDeletedAnswer(versionId));
  };
}

export function searchDefinitions({ definitionsOf, baseUrl }: DefinitionPorts): ClientRoute['handler'] {
  return async (request, response, { tenant }) => {
    const found = await definitionsOf(tenant).search(
      definitionQuerySchema.parse(readDefinitionQuery(request.query)),
    );
    await sendPieces(response, searchPieces(found, baseUrl, queryStringOf(request.originalUrl)));
  };
}

function* jsonOf(definition: Definition): Generator<Buffer> {
  yield definitionJson(definition);
}

function queryStringOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

function bodyOf(request: Pick<Request, 'headers' | 'body'>): unknown {
  return readDefinitionBody(request.headers['content-type'], request.body as unknown);
}

function ifMatchOf(request: { get(name: 'If-Match'): string | undefined }): string | undefined {
  return readVersionCondition(request.get('If-Match'));
}
