import { definitionQuerySchema } from '@millrace/definitions';
import type { ChangedDefinition, Definition, Definitions, DefinitionType } from '@millrace/definitions';
import type { Events } from '@millrace/observability';
import {
  definitionChangedAnswer,
  definitionFoundAnswer,
  handlingOf,
  historyPieces,
  readCondition,
  readDefinitionBody,
  readDefinitionQuery,
  readHistoryQuery,
  readPreferences,
  readVersionCondition,
  refuse,
  searchPieces,
} from '@millrace/protocol';
import type { Request, Response } from 'express';
import { requirePermission } from '../auth/scope-rule.js';
import { givenResource } from '../http/body-texts.js';
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

type Handler = ClientRoute['handler'];
type AskedChange = Pick<Request, 'get' | 'headers' | 'body'>;

// https://hl7.org/fhir/R4/http.html

export function createDefinition(ports: DefinitionPorts, type: DefinitionType): Handler {
  return async (request, response, { tenant, scopes }) => {
    requireAcceptable(response);
    const condition = request.get('If-None-Exist');
    // A condition searches, and the answer may have what it finds.
    if (condition !== undefined) requirePermission(scopes, type, 's');
    const ifNoneExist =
      condition === undefined ? {} : { ifNoneExist: readCondition(type, condition, 'If-None-Exist') };
    const definitions = ports.definitionsOf(tenant);
    const given = await checkedBody(definitions, type, request, response);
    answerChange(
      ports,
      request,
      response,
      await definitions.change({ kind: 'create', given, ...ifNoneExist }),
    );
  };
}

export function updateDefinition(ports: DefinitionPorts, type: DefinitionType): Handler {
  return async (request, response, { tenant, scopes }) => {
    requireAcceptable(response);
    const { id } = request.params;
    if (id === undefined) requirePermission(scopes, type, 's');
    const at = id === undefined ? { where: readCondition(type, queryOf(request), 'the address') } : { id };
    const condition = ifMatchOf(request);
    const definitions = ports.definitionsOf(tenant);
    const given = await checkedBody(definitions, type, request, response);
    answerChange(
      ports,
      request,
      response,
      await definitions.change({ kind: 'update', at, given, ...condition }),
    );
  };
}

export function deleteDefinition(ports: DefinitionPorts, type: DefinitionType): Handler {
  return async (request, response, { tenant }) => {
    const { id = '' } = request.params;
    const changed = await ports
      .definitionsOf(tenant)
      .change({ kind: 'delete', type, id, ...ifMatchOf(request) });
    answerChange(ports, request, response, changed);
  };
}

function checkedBody(
  definitions: Definitions,
  type: DefinitionType,
  request: AskedChange,
  response: Response,
): ReturnType<Definitions['check']> {
  const given = readDefinitionBody(request.headers['content-type'], givenResource(request, response));
  return definitions.check(type, given, handlingOf(readPreferences(request.get('Prefer'))));
}

function answerChange(
  { events, baseUrl }: DefinitionPorts,
  request: AskedChange,
  response: Response,
  changed: ChangedDefinition,
): void {
  reportChange(events, changed, requestIdOf(response));
  const wanted = readPreferences(request.get('Prefer')).get('return');
  sendAnswer(response, definitionChangedAnswer(changed, baseUrl, wanted));
}

/** Nothing is reported where nothing was stored. */
export function reportChange(
  events: DefinitionPorts['events'],
  { outcome, type, id, versionId, warnings }: ChangedDefinition,
  requestId: string,
): void {
  if (outcome === 'found' || outcome === 'absent' || versionId === undefined) return;
  const doubts = outcome === 'deleted' ? {} : { doubts: warnings.length };
  events.definitionChanged({ requestId, type, id, versionId, change: outcome, ...doubts });
}

/** The latest version, or the one that the address names. */
export function readDefinition({ definitionsOf }: DefinitionPorts, type: DefinitionType): Handler {
  return async (request, response, { tenant }) => {
    const { id = '', version } = request.params;
    const definition = await foundDefinition(definitionsOf(tenant), type, id, version);
    const { status, headers } = definitionFoundAnswer(definition, request.get('If-None-Match'));
    if (status === 304) return sendAnswer(response, { status, headers });
    response.set(headers);
    await sendPieces(response, [definition.json]);
  };
}

/** @throws ProtocolError 404, 410 */
export async function foundDefinition(
  definitions: Definitions,
  type: DefinitionType,
  id: string,
  version?: string,
): Promise<Definition> {
  const read = await (version === undefined
    ? definitions.read(type, id)
    : definitions.readVersion(type, id, version));
  const shown = JSON.stringify((version ?? '').slice(0, 100));
  const address = `${type}/${id.slice(0, 100)}`;
  const named = version === undefined ? address : `version ${shown} of ${address}`;
  switch (read.kind) {
    case 'found':
      return read.definition;
    case 'deleted':
      throw refuse(
        410,
        'deleted',
        version === undefined ? `${named} was deleted` : `${named} is its deletion`,
      );
    case 'absent':
      throw refuse(404, 'not-found', `${named} does not exist`);
    default:
      return read satisfies never;
  }
}

export function readDefinitionHistory(
  { definitionsOf, baseUrl }: DefinitionPorts,
  type: DefinitionType,
): Handler {
  return async (request, response, { tenant }) => {
    const { id } = request.params;
    const query = queryOf(request);
    const history = await definitionsOf(tenant).history(type, id, readHistoryQuery(query));
    if (history === undefined)
      throw refuse(404, 'not-found', `${type}/${(id ?? '').slice(0, 100)} does not exist`);
    const path = `/${type}${id === undefined ? '' : `/${id}`}/_history`;
    await sendPieces(response, historyPieces(history.entries, { path, query, next: history.next }, baseUrl));
  };
}

export function searchDefinitions(
  { definitionsOf, baseUrl }: DefinitionPorts,
  type: DefinitionType,
): Handler {
  return async (request, response, { tenant }) => {
    const query = queryOf(request);
    const { definitions, total, hasMore } = await definitionsOf(tenant).search(
      type,
      definitionQuerySchema.parse(readDefinitionQuery(type, query)),
    );
    const next = hasMore ? definitions.at(-1)?.id : undefined;
    await sendPieces(response, searchPieces(definitions, total, { path: `/${type}`, query, next }, baseUrl));
  };
}

/** Of the URL, with its question mark or empty. */
export function queryOf({ originalUrl }: Pick<Request, 'originalUrl'>): string {
  return /\?.*$/s.exec(originalUrl)?.[0] ?? '';
}

function ifMatchOf(request: Pick<Request, 'get'>): { readonly ifMatch?: string } {
  const ifMatch = readVersionCondition(request.get('If-Match'));
  return ifMatch === undefined ? {} : { ifMatch };
}
