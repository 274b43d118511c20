import {
  DEFINITION_OPERATIONS,
  OPERATIONS,
  capabilityStatement,
  definitionOperationDefinition,
  fhirAnswer,
  operationDefinition,
  refuse,
} from '@millrace/protocol';
import type { CapableServer, ServerDescription } from '@millrace/protocol';
import type { Request, Response } from 'express';
import { sendAnswer } from '../http/send-answer.js';
import type { PublicRoute } from '../routing/route.js';

/** @param types that the sources have files of */
export function metadataRoute(
  server: CapableServer,
  types: () => Promise<readonly string[]>,
): PublicRoute['handler'] {
  return async (_request, response) =>
    sendAnswer(response, fhirAnswer(200, capabilityStatement(server, await types())));
}

export function operationDefinitionRoute(server: ServerDescription) {
  return (request: Request<{ id: string }>, response: Response): void => {
    const { id } = request.params;
    const operation = OPERATIONS.find((candidate) => candidate.id === id);
    if (operation !== undefined)
      return sendAnswer(response, fhirAnswer(200, operationDefinition(operation, server)));
    const other = DEFINITION_OPERATIONS.find((candidate) => candidate.id === id);
    if (other !== undefined)
      return sendAnswer(response, fhirAnswer(200, definitionOperationDefinition(other, server)));
    const ids = [...OPERATIONS, ...DEFINITION_OPERATIONS].map((candidate) => candidate.id).join(', ');
    throw refuse(404, 'not-found', `OperationDefinition/${id} does not exist; expected one of ${ids}`);
  };
}
